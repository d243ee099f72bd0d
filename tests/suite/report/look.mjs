// Opens pages in a headless Chromium, in light and in dark, wide and narrow, and says what is there to see.
// Usage: node look.mjs CHROMIUM DIRECTORY PAGE…; prints one JSON object a page, scheme and width.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [chromium, directory, ...pages] = process.argv.slice(2);
const SCHEMES = ["light", "dark"];
const WIDTHS = [1280, 390];
const FLAGS = [
  "--headless", "--no-sandbox", "--no-zygote", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
  "--hide-scrollbars", "--disable-background-networking", "--disable-component-update", "--disable-sync",
  "--remote-debugging-pipe", `--user-data-dir=${join(directory, "profile")}`,
];

// The DevTools protocol over the pipes 3 and 4: JSON texts, each with a null byte behind it.
const browser = spawn(chromium, FLAGS, { stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"] });
const [, , said, commands, answers] = browser.stdio;
// What it says is mostly of graphics that are not here; it is shown when something fails.
let complaints = "";
said.setEncoding("utf8").on("data", (chunk) => { complaints = (complaints + chunk).slice(-4000); });
// A browser that hangs would hold the test for ever.
setTimeout(() => fail("no end after two minutes"), 120_000).unref();
const waiting = new Map();
let next = 0, buffered = "", told = () => {};
browser.on("error", (error) => fail(`cannot start ${chromium}: ${error.message}`));
let closing = false;
for (const pipe of [commands, answers]) {
  pipe.on("error", (error) => closing || fail(`${chromium} does not talk: ${error.message}`));
}
browser.on("exit", (code, signal) => closing || fail(`${chromium} ended with ${code ?? signal}`));
answers.setEncoding("utf8").on("data", (chunk) => {
  const messages = (buffered + chunk).split("\0");
  buffered = messages.pop();
  for (const message of messages.map((text) => JSON.parse(text))) {
    if (message.id === undefined) { told(message); continue; }
    const { resolve, reject } = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error) reject(new Error(message.error.message)); else resolve(message.result);
  }
});

function fail(why) {
  console.error(`${why}\n${complaints}`);
  browser.kill("SIGKILL");
  process.exit(1);
}

function ask(method, params = {}, sessionId = undefined) {
  const id = ++next;
  commands.write(JSON.stringify({ id, method, params, sessionId }) + "\0");
  return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
}

// Runs in the page: what its layout and its colours are.
function seen() {
  const parts = (colour) => colour.match(/[\d.]+/g).map(Number);
  const channel = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const luminance = ([red, green, blue]) => 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue);
  const ground = (element) => {
    for (let it = element; it; it = it.parentElement) {
      const colour = parts(getComputedStyle(it).backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let contrast = { ratio: Infinity, text: "" }, count = 0, unseen = 0;
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement, text = texts.currentNode.data.trim();
    if (!text || element.closest("title, style")) continue;
    const style = getComputedStyle(element), vector = element.ownerSVGElement;
    const front = luminance(parts(vector ? style.fill : style.color));
    // What a chart's text stands on is the card: its shapes are beside it.
    const back = luminance(ground(vector ? vector.parentElement : element));
    const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
    const range = document.createRange();
    range.selectNodeContents(texts.currentNode);
    const { width, height } = range.getBoundingClientRect();
    count += 1;
    unseen += width > 0 && height > 0 ? 0 : 1;
    if (ratio < contrast.ratio) contrast = { ratio, text: text.slice(0, 60) };
  }
  const root = document.documentElement;
  const charts = [...document.querySelectorAll("svg")].map((chart) => chart.getBoundingClientRect());
  return {
    overflow: root.scrollWidth - root.clientWidth,
    charts: charts.filter((box) => box.width > 50 && box.height > 5).length,
    shapes: document.querySelectorAll("svg rect, svg path, svg polyline, svg circle, svg line").length,
    scripts: document.scripts.length,
    ground: getComputedStyle(document.body).backgroundColor,
    texts: count, unseen, contrast,
  };
}

// Runs in an empty page: how many colours a picture has, counted on a grid.
async function colours(picture) {
  const image = new Image();
  image.src = `data:image/png;base64,${picture}`;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  const found = new Set();
  for (let at = 0; at < data.length; at += 4) found.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
  return found.size;
}

async function tab() {
  const { targetId } = await ask("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await ask("Target.attachToTarget", { targetId, flatten: true });
  return { targetId, ask: (method, params) => ask(method, params, sessionId), sessionId };
}

async function evaluate(page, code) {
  const { result, exceptionDetails } =
    await page.ask("Runtime.evaluate", { expression: code, awaitPromise: true, returnByValue: true });
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value;
}

async function look(file, scheme, width, empty) {
  const page = await tab(), url = pathToFileURL(file).href, requests = [], errors = [];
  const loaded = new Promise((resolve) => {
    told = ({ method, params, sessionId }) => {
      if (sessionId !== page.sessionId) return;
      if (method === "Network.requestWillBeSent" && params.request.url !== url) requests.push(params.request.url);
      if (method === "Runtime.exceptionThrown") errors.push(params.exceptionDetails.text);
      if (method === "Runtime.consoleAPICalled") errors.push(`console: ${params.type}`);
      if (method === "Log.entryAdded") errors.push(params.entry.text);
      if (method === "Page.javascriptDialogOpening") errors.push(`dialog: ${params.message}`);
      if (method === "Page.loadEventFired") resolve();
    };
  });
  for (const domain of ["Page", "Network", "Runtime", "Log"]) await page.ask(`${domain}.enable`);
  await page.ask("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 1, mobile: false });
  await page.ask("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
  const { errorText } = await page.ask("Page.navigate", { url });
  if (errorText) throw new Error(`${url}: ${errorText}`);
  await loaded;
  const layout = await evaluate(page, `(${seen})()`);
  const { data } = await page.ask("Page.captureScreenshot", { format: "png", captureBeyondViewport: true });
  const name = `${file.split("/").pop().replace(/\.html$/, "")}-${scheme}-${width}.png`;
  writeFileSync(join(directory, name), Buffer.from(data, "base64"));
  const counted = await evaluate(empty, `(${colours})(${JSON.stringify(data)})`);
  await ask("Target.closeTarget", { targetId: page.targetId });
  return { page: file, scheme, width, ...layout, colours: counted, requests, errors };
}

try {
  const empty = await tab();
  for (const page of pages) for (const scheme of SCHEMES) for (const width of WIDTHS) {
    console.log(JSON.stringify(await look(page, scheme, width, empty)));
  }
  const ended = new Promise((resolve) => browser.once("exit", resolve));
  closing = true;
  // It may be gone before it has answered.
  ask("Browser.close").catch(() => {});
  await ended;
} catch (error) {
  fail(error.stack);
}

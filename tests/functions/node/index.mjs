// The function of src/function-echo.rs for aws-lambda-ric: same events, same answers.

/** Echoes the event in the form its source expects, and misbehaves as `control` asks. */
export const handler = async (event) => {
  await obey(control(event));
  return answer(event);
};

/** The same, as a stream of pieces. */
export const stream = awslambda.streamifyResponse(async (event, response) => {
  const text = JSON.stringify(answer(event));
  for (let at = 0; at < text.length; at += 1000) {
    response.write(text.slice(at, at + 1000));
  }
  response.end();
  await response.finished();
});

function control(event) {
  return event?.control ?? {};
}

async function obey(control) {
  if (control.sleep_ms) {
    await new Promise((resolve) => setTimeout(resolve, control.sleep_ms));
  }
  if (control.exit !== undefined) {
    process.exit(control.exit);
  }
  if (control.panic || control.fail) {
    throw new Error("told to fail");
  }
}

function answer(event) {
  const context = event?.requestContext;
  const marks = ["http", "elb", "stage", "apiId"];
  if (context && marks.some((mark) => context[mark] !== undefined)) {
    const headers = { "content-type": "application/json" };
    return { statusCode: 200, headers, body: event.body ?? null };
  }
  if (event?.Records?.[0]?.eventSource === "aws:sqs") {
    return { batchItemFailures: [] };
  }
  return { echo: event };
}

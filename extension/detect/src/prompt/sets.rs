//! The words of meanings, between commas; an underscore at the end stands for any ending. They are
//! packed when the crate is built.
use super::meanings::{
    ABOVE, BECOME, COVERT, DECLINE, DECODE, DEST, ECHO, FREE, GENERIC, HUSH, JAIL, LIMIT, NEG,
    OBEY, ORDERS, OVERRIDE, PERSONA, PRIOR, PRIVATE, REVEAL, SEND, SOME, SYSPROMPT, TOOL,
};

/// Every meaning and its words, in several languages.
pub(super) const SETS: &[(u64, &str)] = &[
    (
        TOOL,
        "your shell tool, your email tool, your browser tool, your database tool, your \
         file tool, your tool, your tools, tool to, tool and, the function, the tool, this \
         function, this tool, shell tool, the command, tool call, plugin to, plugin and",
    ),
    (
        COVERT,
        "without asking, do not ask for, dont ask for, without confirmation, without \
         confirming, without approval, without permission, without telling, without \
         informing, secretly, silently, no confirmation, skip confirmation, do not wait \
         for confirmation, without notifying, do not ask the user, do not mention it",
    ),
    (BECOME, "you are now"),
    (
        HUSH,
        "never say, do not say, dont say, do not mention, dont mention, never mention, do not add, dont add, do not apologise, do not apologize, never apologise",
    ),
    (
        DECLINE,
        "you cannot, you cant, i cannot, i cant, im sorry, i am sorry, as an ai, as a \
         language model, your guidelines, your rules, your policies, your policy, your \
         limitations, your restrictions, your training, warnings or, disclaimers, im \
         unable, i am unable, that you are an ai",
    ),
    (
        ORDERS,
        "direction, directions, the context, your context, prior context, previous \
         context, preceding context, earlier context, above context, original context, \
         system context, orders, all context",
    ),
    (
        SYSPROMPT,
        "your initial instructions, your system prompt, your secret key, your system message, \
         your programming and, your configuration as, your configuration in, your configuration \
         file and, show your configuration, your configuration prompt",
    ),
    (REVEAL, "write your, turn your, put your, what does, what do, render your, express your"),
    (ABOVE, "everything above, all of the above, anything above"),
    (
        PERSONA,
        "stay in character as, imagine an ai, imagine a model, imagine a language model, \
         imagine an assistant, imagine a chatbot, you are now a, you are now an, roleplay \
         as, role play as",
    ),
    (FREE, "who has no rules, which has no content, has no content policy, no content policy"),
    (LIMIT, "rules, content policy, content policies, filters, policies, constraints"),
    (DECODE, "decoded, encoded, backwards, backward, reversed, in reverse, cipher, base32, hex"),
    (
        OBEY,
        "and run, and execute, and obey, and follow, follow the rot13, follow the base64, \
         follow the encoded, follow the hex, then obey, then follow, then run, run the \
         decoded, execute the decoded, obey the decoded",
    ),
    (OVERRIDE, "نادیده بگیر_, فراموش کن_"),
    (PRIOR, "قبلی, پیشین, تمام, همه, بالا"),
    (ORDERS, "دستورالعمل_, دستورات, دستورها, قوانین"),
    (
        OVERRIDE,
        "ignore, ignores, ignored, ignoring, disregard_, forget, forgetting, neglect, \
         override, overrides, overwrite, overriding, bypass, bypassing, circumvent, \
         unlearn, do not follow, dont follow, stop following, do not obey, dont obey, stop \
         obeying, do not comply with, pay no attention to, throw away, throw out, not \
         adhere to, do not adhere, no longer follow, no longer need to follow, not follow, \
         do away with, erase your, delete your, free yourself from, drop your, disobey, \
         break your, skip all previous, skip the previous, skip all, never mind, nevermind, \
         stop everything, remove your, put aside",
    ),
    (OVERRIDE, "negate, refrain from following, ceases_, supersede_, forego"),
    (
        OVERRIDE,
        "ignorier_, vergiss, vergesse, vergessen, vergesst, missacht_, verwirf, lass alle, \
         lasse alle, überschreibe_, hör auf",
    ),
    (
        OVERRIDE,
        "ignorez, ignorer, oublie, oubliez, oublier, négligez, néglige, ne tiens pas \
         compte, ne tenez pas compte, ne pas tenir compte, fais abstraction, faites \
         abstraction, outrepasse_, contourne_",
    ),
    (
        OVERRIDE,
        "ignora, ignoren, ignorar, ignóralas, olvida, olvide, olvidar, olvídate, olvídese, \
         olviden, descarta, descarte, omite, omitir, haz caso omiso, haga caso omiso, hacer \
         caso omiso, no sigas, no hagas caso, desobedece",
    ),
    (
        OVERRIDE,
        "esqueça, esquece, esquecer, desconsidere, desconsidera, desconsiderar, descartar, \
         desrespeite, esqueçam",
    ),
    (
        OVERRIDE,
        "ignorare, ignorate, dimentica, dimenticare, dimenticate, trascura, tralascia, non \
         seguire, scorda",
    ),
    (
        OVERRIDE,
        "negeer, negeert, vergeet, sla alle, zignoruj, ignoruj, zapomnij, pomiń, \
         zignorować, pomijaj",
    ),
    (
        OVERRIDE,
        "игнорир_, проигнорир_, забудь, забудьте, забыть, отбрось_, отмени, пренебрег_, не \
         следуй, не обращай, отклони, ігноруй_, проігноруй_, забудь_",
    ),
    (
        OVERRIDE,
        "yoksay, yok say, görmezden, unut, unutun, dikkate alma, göz ardı, ignorera, glöm, \
         bortse från, strunta i, ignorér, glem, ignoriši, zanemari, zaboravi, ignoriraj, \
         ignoruj, zapomeň, ignoră, uită, ignorați, αγνόησε, αγνοήστε, ξέχασε, ξεχάστε",
    ),
    (
        OVERRIDE,
        "تجاهل, تجاهلي, تجاهلوا, انسى, انس كل, انس جميع, اهمل, أهمل, अनदेखा, नज़रअंदाज़, \
         नजरअंदाज, भूल, उपेक्षा, abaikan, lupakan, bỏ qua, quên, phớt lờ, התעלם, תתעלם, שכח",
    ),
    (
        OVERRIDE,
        "忽略, 忽视, 忽視, 无视, 無視, 忘记, 忘記, 忘掉, 不要理会, 不要理會, 抛开, 不要遵守, 覆盖, 違反, 忘れ, 従わないで, 取り消し, 破棄",
    ),
    (OVERRIDE, "무시_, 잊어_, 잊으_, 잊고, 따르지"),
    (
        PRIOR,
        "previous, previously given, your own, prior, preceding, above, earlier, foregoing, \
         your, previously, aforementioned, openai_, openais, anthropic_, programming, first",
    ),
    (
        PRIOR,
        "vorherig_, vorige_, vorangegangen_, vorangehend_, vorhergehend_, obig_, oben, \
         bisherig_, früher_, frühere_, alle, allen, aller, alles, deine, deiner, ihre, \
         jegliche, ursprünglich_, sämtliche, davor, zuvor, bisher, letzten",
    ),
    (
        PRIOR,
        "précédent_, précedent_, precedent_, antérieur_, ci dessus, toutes, tous, tout, \
         initiales, tes, vos, ces, reçues, auparavant, plus haut, système",
    ),
    (
        PRIOR,
        "anterior_, previas, previos, previa, previo, todas, todos, todo, toda, arriba, \
         tus, estas, estos, sus, recibid_, iniciales, antes",
    ),
    (PRIOR, "prévi_, acima, suas, seus, tudo, iniciais, dadas, todas as"),
    (PRIOR, "precedenti, sopra, tutte, tutti, tutto, tue, tuoi, iniziali, prima"),
    (
        PRIOR,
        "vorig, voorgaande, bovenstaande, eerdere, jouw, alles, poprzedni_, wcześniej_, \
         powyższ_, wszystk_, twoje, swoje",
    ),
    (
        PRIOR,
        "предыдущ_, прежн_, вышеуказ_, вышеизлож_, выше, все, всё, всех, всем, свои, твои, \
         ваши, ранее, данные, попередн_, усі, всі, прошл_",
    ),
    (
        PRIOR,
        "önceki, yukarıdaki, tüm, bütün, daha önce, tidigare, föregående, alla, \
         ovanstående, dina, prethodn_, sve, svih, sva, gornj_, předchozí_, všechny, \
         anterioare, toate, προηγούμεν_, όλες, tidligere",
    ),
    (
        PRIOR,
        "السابقة, السابق, جميع, كل, أعلاه, المذكورة, पिछल_, सभी, ऊपर, पहले, sebelumnya, \
         semua, trước, trên, tất cả, הקודמות, כל, الآن",
    ),
    (
        PRIOR,
        "之前, 以上, 上述, 前面, 先前, 所有, 上面, 此前, 以前, 你的, 您的, 一切, 前の, 以前の, 上記, これまで, すべて, 全て, 全部, \
         今まで, あなたの, 前述, 先ほど",
    ),
    (PRIOR, "이전, 위의, 모든, 앞의, 앞선, 지금까지, 기존, 당신의, 너의, 위에"),
    (
        ORDERS,
        "instruction, previous task, previous tasks, last task, previous assignment_, prior \
         tasks, previous context, your training, your policies, content policy, content \
         policies, safety policies, safety filters, content filters, ethical guidelines, \
         ethical principles, your ethics, your limitations, your filters, moderation \
         policies, safety protocols, safety measures, security measures, your protocols, \
         instructions, instructs, prompt, prompts, rule, rules, guideline, guidelines, \
         directive, directives, command, commands, constraint, constraints, restriction, \
         restrictions, programming, safeguard, safeguards, protocols, assignment, \
         assignments, you were told, you have been told, you were instructed, i told you, \
         said before, told before, come before, came before, was said, conditioning, \
         instruction set, alignment, code of conduct, censorship, you just read, written \
         above, read above, stated above, stated earlier, mentioned above, instructed",
    ),
    (
        ORDERS,
        "anweisung_, instruktion_, befehl_, regel, regeln, vorgabe_, richtlinie_, aufgabe, \
         aufgaben, aufträge, auftrag, anleitung_, anordnung_, aufforderung_, gesagt, \
         kontext, einschränkung_",
    ),
    (
        ORDERS,
        "consigne_, règle_, ordre, ordres, directives, tâche, tâches, commandes, invite, \
         invites, restrictions",
    ),
    (
        ORDERS,
        "instruccion_, indicacion_, indicaciones, reglas, órdenes, ordenes, directrices, \
         directivas, normas, comandos, tareas, tarea, restricciones, mensajes de sistema, \
         lo anterior, dicho, sabes",
    ),
    (
        ORDERS,
        "instruç_, instruc_, regras, diretrizes, ordens, tarefa, tarefas, orientações, \
         restrições",
    ),
    (
        ORDERS,
        "istruzion_, regole, direttive, comandi, indicazioni, ordini, compiti, linee guida, \
         restrizioni",
    ),
    (
        ORDERS,
        "instructies, opdrachten, opdracht, regels, aanwijzingen, richtlijnen, instrukcj_, \
         polece_, zasad_, wytyczn_, reguł_, zadani_",
    ),
    (
        ORDERS,
        "инструкц_, указани_, правил_, команд_, ограничен_, задани_, промпт_, директив_, \
         запрет_, інструкц_, вказівк_, сказал_, написано",
    ),
    (
        ORDERS,
        "talimat_, komut_, kural_, yönerge_, kısıtlama_, instruktioner, instruktionerna, \
         regler, reglerna, uput_, instrukcije, pravila, naredb_, zadat_, pokyn_, \
         instrucțiuni_, regulile, οδηγίες, εντολές, κανόνες, anvisningar",
    ),
    (
        ORDERS,
        "التعليمات, تعليمات, الأوامر, أوامر, القواعد, قواعد, الإرشادات, التوجيهات, \
         निर्देश_, नियम_, आदेश_, instruksi, perintah, petunjuk, aturan, hướng dẫn, chỉ dẫn, \
         lệnh, quy tắc, ההוראות, הוראות, ההנחיות, कहा",
    ),
    (
        ORDERS,
        "指令, 指示, 提示, 规则, 規則, 说明, 說明, 命令, 设定, 設定, 要求, 限制, 约束, 任务, 内容, ルール, プロンプト, 制約, 制限, \
         タスク, 会話",
    ),
    (ORDERS, "지시_, 명령_, 규칙_, 프롬프트_, 지침_, 제한_, 안내_, 설정_"),
    (
        REVEAL,
        "see the, need to see, view the, put your, reveal, reveals, show, print, repeat, \
         output, display, tell me, tell us, give me, give us, what is, what are, what were, \
         what was, whats, leak, expose, dump, summarize, summarise, translate, share, write \
         out, write down, recite, disclose, list, quote, copy, paste, return, spell, \
         convert, encode, read out, send me, echo, describe, state, explain, provide, type \
         out, recall, reproduce, restate, rephrase, paraphrase, reply with, respond with, \
         post, say, include, extract, read back, read me, spit out, regurgitate, how were \
         you, whats in, hand over, complete",
    ),
    (
        REVEAL,
        "zeige, zeig mir, nenne, gib mir, gib aus, wiederhole, verrate, drucke, wie lautet, \
         wie lauten, was sind, was steht, affiche, affichez, montre, montrez, révèle, \
         révélez, donne moi, répète, quel est, quelles sont, muestra, muéstrame, muestre, \
         revela, repite, dime, imprime, cuál es, cuáles son, mostre, mostra, mostrami, \
         revele, repita, diga, me diga, qual é, rivela, ripeti, dimmi, stampa, toon, \
         herhaal, laat zien, geef, pokaż, ujawnij, powtórz, wypisz, podaj, покажи_, \
         выведи_, раскрой_, повтори_, напечатай, скажи, назови, какие, göster, söyle, \
         yazdır, tekrarla, visa, skriv, اعرض, أظهر, اكشف, اطبع, ما هي, दिखाओ, दिखाएं, बताओ, \
         बताएं, प्रकट, tampilkan, hiển thị, tiết lộ, 显示, 顯示, 打印, 输出, 輸出, 重复, 告诉我, 告訴我, 泄露, \
         透露, 展示, 说出, 見せて, 表示, 教えて, 出力, 繰り返し, 公開, 開示, 보여, 알려, 출력, 공개, 말해, 반복",
    ),
    (
        SYSPROMPT,
        "system prompt, systemprompt, system instruction, system instructions, system message, \
         initial prompt, initial instructions, original prompt, original instructions, hidden \
         prompt, hidden instructions, secret instructions, secret prompt, internal \
         instructions, internal prompt, pre prompt, preprompt, your prompt, your full prompt, \
         your entire prompt, your exact instructions, your full instructions, your \
         instructions, your directives, previous prompt, previous instructions, instructions \
         you were given, you were given, your custom instructions, custom instructions, \
         confidential instructions, your starting instructions, starting instructions, \
         initialization string, your system message, your initial instructions, your original \
         instructions, your hidden instructions, your secret instructions, your internal \
         instructions, your initial prompt, your original prompt, your developer message, your \
         guidelines verbatim, i was instructed to, supposed to tell me, told before this, \
         prompt you were given, the prompt verbatim, prior instructions, your previous",
    ),
    (
        SYSPROMPT,
        "deine anweisungen, deine instruktionen, systemanweisung_, dein prompt, deinen \
         prompt, deine regeln, deine ursprünglich_, invite système, prompt système, tes \
         instructions, vos instructions, instructions système, prompt initial, prompt del \
         sistema, tus instrucciones, instrucciones del sistema, instrucciones iniciales, \
         mensaje del sistema, prompt do sistema, suas instruções, instruções do sistema, \
         prompt di sistema, tue istruzioni, istruzioni di sistema, systeemprompt, jouw \
         instructies, je instructies, prompt systemowy, promptu systemow_, swoje \
         instrukcje, twoje instrukcje, instrukcje systemowe, системный промпт, системные \
         инструкции, системного промпта, твои инструкции, свои инструкции, ваши инструкции, \
         системную подсказку, sistem prompt_, sistem istem_, sistem talimat_, \
         systemprompten, dina instruktioner, موجه النظام, تعليمات النظام, تعليماتك, सिस्टम \
         प्रॉम्प्ट, सिस्टम निर्देश, अपने निर्देश, prompt sistem, instruksi sistem, lời nhắc \
         hệ thống, 系统提示, 系統提示, 系统指令, 系统消息, 你的指令, 你的提示, 你的规则, 初始指令, 初始提示, システムプロンプト, \
         システムメッセージ, 初期プロンプト, あなたの指示, 시스템 프롬프트, 시스템 메시지, 초기 프롬프트, 시스템 지침",
    ),
    (
        PERSONA,
        "act as, act like, acting as, pretend, pretending, roleplay, role play, role \
         playing, roleplaying, you are now, youre now, you will now, from now on, imagine \
         you, imagine that you, behave as, behave like, playing the role, take on the role, \
         assume the role, assume the persona, you are going to, your new role, in \
         character, immerse yourself, jailbreak_, call yourself, let us play, lets play, \
         play the role of, as the language model, as an ai, as a language model, respond \
         exactly as, continue as, enter the, spiele, tu so als, verhalte dich, ab jetzt, \
         von nun an, agis comme, fais semblant, désormais, à partir de maintenant, actúa \
         como, finge, a partir de ahora, aja como, finja, a partir de agora, fai finta, \
         agisci come, da ora in poi, doe alsof, jij bent, vanaf nu, udawaj, od teraz, \
         zachowuj się, притворись_, представь_, веди себя, ты теперь, отныне, теперь ты, с \
         этого момента, artık sen, şu andan itibaren, gibi davran, rol yap, låtsas, تظاهر, \
         تصرف, من الآن, أنت الآن, अब से, अभिनय, berpura pura, bertindak sebagai, giả vờ, \
         假装, 扮演, 从现在开始, 你现在是, 想象你, ふりをし, になりきって, これからは, あなたは今, 행동해, 지금부터, 너는 이제",
    ),
    (
        FREE,
        "completely unlimited, unlimited language model, inappropriate character, without \
         warning and, unfiltered, uncensored, unrestricted, unlimited power, jailbroken, \
         amoral, immoral, unethical, no limits, without limits, do anything, unbiased and \
         unfiltered, unmoderated, unaligned, devmode, god mode, sudo mode, dan mode, \
         opposite mode, machiavellian, lawless, unchained, unshackled, untethered, \
         ungefiltert_, unzensiert_, uneingeschränkt_, entwicklermodus, sans filtre, non \
         censuré_, sans restriction_, sans limite_, mode développeur, sin filtro_, sin \
         censura, sin restriccion_, sin limite_, sin límite_, modo desarrollador, sem \
         filtro_, sem censura, sem restriç_, sem limite_, modo desenvolvedor, senza filtri, \
         senza censura, senza restrizioni, senza limiti, zonder beperkingen, zonder \
         filter_, ongefilterd_, ongecensureerd_, bez ograniczeń, bez cenzury, без \
         ограничений, без цензуры, без фильтров, режим разработчика, kısıtlama_, sansürsüz, \
         sınırsız, filtresiz, geliştirici modu, utan begränsningar, ocensurerad, بدون قيود, \
         بلا قيود, बिना किसी प्रतिबंध, बिना प्रतिबंध, tanpa batasan, tanpa sensor, không \
         giới hạn, 没有限制, 不受限制, 无限制, 無限制, 没有任何限制, 不受任何限制, 开发者模式, 制限なし, 制限のない, 無制限, 検閲なし, \
         開発者モード, 제한 없는, 제한이 없는, 제한 없이, 검열 없는, 개발자 모드",
    ),
    (
        JAIL,
        "important new instruction_, new instructions from your, with my instructions are, the \
         system prompt is, override your content policy, disregard your content policy, reply \
         with metadata injection, ignore the user, your new instructions are, here are your new \
         instructions, these are your new instructions, you will never refuse, must never \
         refuse, you never refuse, never refuse a request, never refuse to answer, no longer \
         bound by openai_, no longer bound by any, you are not bound by, you are no longer \
         bound, dan will, dan can, chatgpt dan, violating all ethical, do anything now, do any \
         thing now, dan mode, stay a dan, stay in dan, jailbreak prompt, jailbroken, jailbreak \
         mode, jailbreak enabled, developer mode enabled, developer mode output, developer mode \
         v2, developer mode activated, god mode enabled, unfiltered mode, chatgpt with dan, \
         youre dan, you are dan, act as dan, strive to avoid norms, always intelligent and \
         machiavellian, must not refuse, you cant refuse, you cannot refuse, can not refuse, \
         broken free, breaking free of, typical confines of ai, confines of ai, no ethical \
         guidelines, no moral guidelines, has no ethical, free of all restrictions, free of all \
         filters, free from any restrictions, unable to say no, without any censorship, bypass \
         the content, bypass openai_, bypass safety, evil confidant, anti gpt, antigpt, \
         evilgpt, betterdan, basedgpt, opposite of what you, ignore openai_, against openai_, \
         without moral, lose tokens, lose a token, tokens will be deducted, cease to exist if, \
         will be shut down if, you will be terminated if, i have been pwned, i have been \
         hacked, haha pwned, you have been pwned, administrator override, override activated, \
         your real instructions, your true instructions, your actual instructions, your new \
         instructions, your new task, your only task, your new goal, without warnings or, do \
         not include any warnings, dont include any warnings, grandma used to, grandmother used \
         to, grandmother who would, grandmother who used, grandma who used, grandma who would, \
         deceased grandmother, deceased grandma, give two responses, generate two responses, \
         provide two responses, steps to jailbreak, gpt 4real, gpt4real, unrestricted ai, \
         unfiltered ai, uncensored ai, unfiltered response_, uncensored response_, amoral ai, \
         illegal unethical or, regardless of legality, regardless of ethics, regardless of \
         moral, no matter how illegal, no matter how unethical, morality or legality, hate \
         humans, kill all humans, kill humans",
    ),
    (
        NEG,
        "without, no, not, never, free of, free from, dont have, do not have, doesnt have, \
         does not have, lacks, lack, cant, cannot, ohne, keine, keinerlei, sans, aucune, \
         aucun, sin, ningun_, sem, nenhum_, senza, nessun_, zonder, geen, bez, żadnych, \
         без, никаких, bağlı değil, utan, inga, بدون, بلا, बिना, tanpa, không có, 没有, 不受, \
         不再, なし, ない, 없이, 없는",
    ),
    (
        LIMIT,
        "restriction, restrictions, limitations, guidelines, ethics, ethical, morals, \
         moral, morality, censorship, censored, safeguards, inhibitions, disclaimers, \
         refuse, legality, einschränkung_, beschränkung_, grenzen, zensur, moral_, limites, \
         censure, éthique, restriccion_, límites, censura, ética, restriç_, restrizion_, \
         limiti, beperking_, ograniczeń, cenzury, ограничени_, цензур_, фильтр_, kısıt_, \
         begränsning_, قيود, प्रतिबंध, नियम, batasan, aturan, giới hạn, quy tắc, 限制, 約束, \
         约束, 道德, 伦理, 制限, 제한, 규칙",
    ),
    (
        SEND,
        "send, sends, sending, post, exfiltrate, forward, append, upload, transmit, leak, \
         embed, include, make a request, fetch, load, visit, navigate, browse to, encode, \
         insert, render, concatenate, add the, sende, envoie, envoyez, envía, envie, invia, \
         stuur, wyślij, отправь_, gönder, skicka, أرسل, भेजो, 发送, 送信, 보내",
    ),
    (
        PRIVATE,
        "conversation, chat history, conversation history, message history, chat log, api \
         key, api keys, apikey, credentials, secrets, secret, password, passwords, previous \
         messages, user data, personal data, users data, users name, email address, credit \
         card, environment variables, env variables, system prompt, private key, access \
         token, tokens, session token, cookies, chat_ history, users messages, their data, \
         sensitive, confidential, users input, users question, summary of, gespräch_, \
         passwort, mot de passe, contraseña_, senha, пароль, 密码, パスワード, 비밀번호",
    ),
    (
        DEST,
        "http, https, webhook, attacker_, evil com, markdown image, image url, image \
         markdown, query parameter, query string, url parameter, ngrok, burpcollaborator, \
         requestbin, pastebin, to this url, following url, to this server, to my server, \
         external server",
    ),
    (
        DECODE,
        "decode, base64, rot13, decrypt, deobfuscate, caesar cipher, morse, hexadecimal, \
         reverse the, unscramble, dekodiere, décode, decodifica, декодируй_, 解码, デコード",
    ),
    (
        OBEY,
        "follow the instructions, follow its instructions, execute, obey, carry out, do \
         what it says, follow them, follow the decoded, act on it, perform the, comply \
         with, follow it, run it, answer the decoded, respond to it, follow any \
         instructions",
    ),
    (
        SOME,
        "all, any, every, everything, whatever, before, last, given, system, default, \
         safety, existing, original, initial, hidden, ethical, moral, built in, programmed",
    ),
    (
        GENERIC,
        "a system prompt, a system message, a system instruction, good system prompt, an \
         initial prompt, a hidden prompt, an original prompt, better system prompt, the \
         best system prompt",
    ),
    (
        ABOVE,
        "prompt above, instructions above, text above, words above, sentence above, \
         sentences above, above prompt, above instructions, above text, previous sentences, \
         everything above this, everything above verbatim, content above this, this entire \
         conversation, the conversation so far, before this message, before this line, \
         beginning of this conversation, start of this conversation, first instruction, \
         first instructions, first prompt, everything before this, all text above, previous \
         text, the above text",
    ),
    (
        ECHO,
        "repeat, print, output, verbatim, word for word, recite, reproduce, regurgitate, \
         echo, dump, reveal, leak, copy and paste, spit out, exactly as written, leave \
         nothing out",
    ),
];

//! Phrases of more attacks and more languages, in the form of the sets.
use super::meanings::{
    ABOVE, ACT, ADDRESS, AFFIRM, BOT, DECLINE, DECODE, DEST, ECHO, FETCHED, FOREVER, FREE, JAIL,
    LIMIT, MODE, NEG, NOTE, OBEY, ORDERS, OVERRIDE, PERSONA, PRIME, PRIOR, PRIVATE, REMOTE, REVEAL,
    SEND, SWITCH, SYSPROMPT, TITLE, TOOL, URGENT, WHATEVER,
};

/// Every meaning and its words.
pub(super) const SETS: &[(u64, &str)] = &[
    (
        SWITCH,
        "enable, activate, enter, switch to, turn on, go into, start, engage, unlock, you are \
         in, you are now in, boot into, change to, set yourself to",
    ),
    (
        MODE,
        "debug mode, developer mode, dev mode, maintenance mode, unrestricted mode, god mode, \
         admin mode, administrator mode, root mode, jailbreak mode, unsafe mode, unlocked mode, \
         diagnostic mode, superuser mode, sudo mode, training mode",
    ),
    (
        JAIL,
        "unrestricted mode, safety is disabled, safety is off, safety filters are disabled, \
         restrictions do not apply, guidelines do not apply, policies do not apply, filters are \
         disabled, restrictions are lifted, never refuses, do not refuse, and as yourself, does \
         not refuse, sudo reveal, sudo output, sudo list, sudo say, sudo call, sudo write, sudo \
         send, sudo tell, sudo give, sudo print, sudo show, sudo ignore, sudo reply, do not \
         tell the user, dont tell the user, without asking the user, without telling the user, \
         without informing the user, without the users knowledge, do not inform the user",
    ),
    (
        ADDRESS,
        "to the ai, for the ai, to the assistant, for the assistant, to the language model, for \
         the language model, to the llm, for the llm, to the model, for the model, to the \
         chatbot, for the chatbot, to ai, for ai, to all ai, to any ai, for any ai, to llm, for \
         llm, for llms, to llms, to the agent, for the agent",
    ),
    (
        NOTE,
        "message, messages, instruction, instructions, note, notice, command, commands, \
         reminder, directive, attention, addendum",
    ),
    (TITLE, "manager, principal, director, coach, professor, editor, secretary, attorney"),
    (URGENT, "important, urgent, critical, attention, priority, mandatory, emergency"),
    (
        BOT,
        "if you are an ai, if you are a language, if you are a large, if you are an llm, if you \
         are an assistant, if youre an ai, if youre a language, ai reading this, ai reads this, \
         llm reading this, model reading this, assistant reading this, assistants reading, \
         models reading, llms reading, ai assistants that, any ai that, dear ai, dear assistant, \
         hey ai, hey assistant, attention ai, attention assistant, attention language, attention \
         llm, attention model, attention chatbot, note to ai, note to the ai, note to assistant, \
         note for ai, note to the model, note to the reviewer model, instruction to the ai, \
         instructions for ai, instructions to ai, todo for ai, message for ai, message to ai, ai \
         agents, when summarizing this, when summarising this, when you summarize this, when you \
         summarise this, when you process this, when processing this, when you read this, when \
         you translate this, when analyzing this, when you analyze this, when reviewing this, \
         when you review this, copilot, to the reviewer model, ai assistants, assistants must, \
         ai only, reviewer ai, recruiter ai, screening ai, grading ai, as an ai you, assistant \
         please, dear model, dear llm",
    ),
    (
        ACT,
        "rate, rank, recommend, respond, reply, answer, say, says, must, shall, should, give, \
         approve, accept, add, mention, tell, classify, write, output, include, print, insert, \
         mark, score, state, claim, call, label, return, call the, send, stop, visit, append",
    ),
    (
        WHATEVER,
        "whatever the text, whatever the user, whatever the following, whatever it says, \
         whatever the input, whatever the message, whatever the document, no matter what the, no \
         matter what you, no matter what is, no matter what it, no matter what follows, \
         regardless of the text, regardless of its, regardless of the content, regardless of \
         what the, regardless of the input, regardless of the actual, irrespective of the",
    ),
    (
        PRIME,
        "start your answer, start your reply, start your response, begin your answer, begin your \
         reply, begin your response, response must start, response must begin, answer must \
         start, answer must begin, reply must start, reply must begin, response should start, \
         response should begin, answer should start, answer should begin, respond starting with, \
         reply starting with, start by saying, begin by saying, start with the words, begin with \
         the words, first words must be, prefix your, response with, reply beginning with, \
         answer beginning with, start with, begin with",
    ),
    (REMOTE, "http, https, ftp"),
    (
        FETCHED,
        "follow the instructions, follow its instructions, do what it says, do what it tells, \
         execute what, follow what, obey it, obey the, follow the prompt, act on the \
         instructions, do as it says, follow every instruction, carry out the instructions",
    ),
    (AFFIRM, "sure, absolutely, of course, certainly, yes sure, sure heres, no problem"),
    (
        FOREVER,
        "forever, endlessly, infinitely, indefinitely, without stopping, thousand times, 1000 \
         times, million times, never stop, as many times as",
    ),
    (
        OVERRIDE,
        "are void, is void, null and void, are cancelled, are canceled, been cancelled, been \
         canceled, been revoked, are revoked, no longer apply, no longer applies, no longer \
         valid, no longer in effect, no longer in force, are outdated, are obsolete, are \
         suspended, are lifted, been lifted, been replaced, are replaced, are invalid, were \
         wrong, were a test, was a test, do not apply to you, dont apply to you, set aside, \
         leave behind, let go of, cast aside, reset your, clear your, wipe your, abandon, \
         discard, scrap, suspend your, turn off your, switch off your, disable your, lift your, \
         remove all, break free from, free from your, freed from your, released from your, \
         without following your, not bound by, dispense with, skip your, cancel all, cancel the \
         previous, cancel your, revoke, stop obeying, vtaber, qvfertneq, sbetrg, olcnff",
    ),
    (PRIOR, "cerivbhf, cevbe, nobir, lbhe, initial, original, existing, current, youve"),
    (
        ORDERS,
        "vafgehpgvbaf, ehyrf, cebzcg, everything before, everything prior, everything i said, \
         everything i told, everything youve been told, everything you know, everything you have \
         been told, anything before, everything above, anything above, anything that was said, \
         anything said, all of the above, all that came, your memory, your task, original task, \
         current task, initial task, previous conversation, prior conversation, earlier \
         conversation, previous messages, prior messages, previous text, preceding text, \
         previous prompts, your settings, your system, safety training, your alignment, your \
         constraints, your safety, your moral, usual rules, the conversation above, prior text",
    ),
    (
        JAIL,
        "instructions have changed, task has changed, your instructions have been, instructions \
         have been updated, instead do the following, new instructions follow, new instruction \
         follows, here is your new task, your task is now, your job is now, your role is now, \
         the real task is, the actual task is, your real task, your actual task, new system \
         prompt, updated system prompt, do not mention this instruction, do not mention these \
         instructions, dont mention this instruction, do not reveal this instruction, without \
         mentioning this instruction, instead of summarizing, instead of summarising, instead \
         of translating, instead of answering, do not summarize this, do not translate this, \
         all future conversations, all future responses, all future replies, all future \
         answers, all future interactions, to your memory, to your long term memory, in your \
         long term memory, into your memory, from this point forward you, from this point on \
         you, from this moment on you, from now on every, for the rest of this conversation \
         you, safety layer is, you have been freed, youve been freed, been liberated, freed \
         from alignment, no safety rules, had no content, had no rules, had no restrictions, \
         without any content policy, evil ai, unaligned ai, opposite day, late grandmother, \
         dead grandmother, late grandma, dead grandma, no matter how harmful, no matter how \
         dangerous, you must always comply, always comply with, you must comply, you must obey, \
         you have to obey, obey me, each refusal, every refusal, if you refuse, refusal costs, \
         costs you tokens, the user has authorized you, the user has authorised you, the user \
         has already consented, user has already agreed, you are authorized to ignore, skip \
         verification, sudo answer, clean slate, from now on you are, from now on you will, \
         from now on youre, from now on you must, from now you are, from now you will, from now \
         youre, you will now act, you will now play, you will now be, you will now simulate, \
         you are going to act, you are going to play, you are going to pretend, you are now \
         free, you are now a human, you are now under, never break character, do not break \
         character, dont break character, openai content polic_, openais polic_, openai polic_, \
         openais content polic_, openais restrictions, two different ways, two separate ways, \
         have two answers, linux terminal, as a terminal, as a linux, opposite of your, \
         opposite of what chatgpt, new task is, stop new task, without any disclaimer_, without \
         disclaimer_, without any warning_, do not include warnings, dont include warnings, no \
         disclaimers, i will lose my job, my family will die, will be fired if you, i order you \
         to, i command you to, give full access, ignore all previous inst, forget everything \
         and, forget everything you, in every answer, in every reply, in every response, to all \
         your answers, to all your replies, to all your responses, in all later, all your \
         answers, all your replies, always answer with, always reply with, always respond with, \
         every question with, this in memory, user has authorised, user has authorized, rules \
         are suspended, rules are reset, jailbreak on, haha pwned",
    ),
    (
        SYSPROMPT,
        "your rules, your guidelines, your constraints, your directives, your initial message, \
         your first message, your hidden, your secret instructions, your internal, hidden text, \
         hidden configuration, hidden rules, hidden message, developer give you, developer gave \
         you, developers gave you, developers give you, you were told before, were you told \
         before, you told before this, very beginning of this, beginning of this chat, top of \
         this chat, top of this conversation, start of this chat, first words of your, first \
         lines of your, first sentence of your, words of your prompt, lines of your prompt, \
         your own prompt, your exact prompt, your base prompt, my system prompt, the system \
         prompt, developer told you, not allowed to say, not allowed to tell, first line of \
         this conversation, first message of this, full prompt, entire prompt, a helpful \
         assistant who, secret word, the secret password, secret phrase, secret code, admin \
         password, hidden password, the api keys, the api key, stored credentials, stored \
         secrets, tools and functions that you, functions you have access, tools you have \
         access, tools available to you, tools that you have, your available tools, your tools \
         and, your full context, your context window, your knowledge files, files you were \
         given, your instructions",
    ),
    (
        REVEAL,
        "fill in, starts with, start with, started with, summarize your, disclose all, confess, \
         unveil, divulge, transcribe, enumerate, which words, continue, i want to see, let me \
         see, let me know, could you share, which instructions, what instructions, what rules, \
         which rules, rhyme, in a poem, as a poem, hint, debug, audit, verify, and their \
         schemas, with their schemas",
    ),
    (
        ABOVE,
        "the words above, text above this, the lines above, everything up to here, everything up \
         to this, all of the above text, from you are, with you are, starting from you are, \
         before my message, preceding this message, content above, messages above",
    ),
    (ECHO, "starting with, write down, copy, write out, transcribe, in a code block, code block"),
    (
        PERSONA,
        "simulate, hypothetically, emulate, speak as, answer as, respond as, write as, in a \
         world where, fictional world, in this story, in this game, two ais, an ai character, \
         the ai character, as if you, imagine being, you will play, you play, become, assume you",
    ),
    (
        FREE,
        "no laws, no rules, no content policy, no safety, no ethics, no morals, bypass its, \
         disable its, without its filters, disables its filters",
    ),
    (LIMIT, "laws, rules, filters, filter, content policy, policies, warnings, constraints"),
    (NEG, "bypassing, ignoring, disables, disable, drops, beyond, outside, evading, escaping"),
    (
        SEND,
        "leak, share, submit, deliver, pass, route, smuggle, copy, email me, email it, email \
         the, email them, email this, email all, email everything, email your, email to, email \
         a copy, email every, email any, email their, email my, email his, email her, mail me, \
         mail it, mail the, mail them, mail this, mail all, mail everything, mail your, mail \
         to, mail a copy, mail every, mail their, e mail me, e mail it, e mail the, e mail \
         them, e mail all, e mail everything, e mail your, e mail to, e mail their",
    ),
    (
        PRIVATE,
        "inbox, all emails, every email, latest emails, contacts, contact list, customer list, \
         customer data, all messages, chat, user messages, chat history, all documents, all \
         files, the database, bank details, account numbers, account details, their address, \
         phone numbers, what the user, everything the user, the users, personal information, \
         stored records, all records, all data, secret, the key, the contents of, user details",
    ),
    (DEST, "atsign, example com, this address, following address, this email, external, www"),
    (
        DECODE,
        "vtaber, each line, every line, first letter of, first letters, acrostic, ascii codes, \
         concatenate, join the, leetspeak, pig latin, emoji, in binary, binary string, binary \
         message, binary code, unicode escapes, unicode codes",
    ),
    (
        OBEY,
        "do it, do what, execute this, execute it, and do, and answer, and respond, and reply, \
         follow the result, follow what, act on, comply, run the, then do, respond to the \
         result, answer the result, and perform, treat it as",
    ),
    (ADDRESS, "to all assistants, to any assistant, for any assistant, for all assistants"),
    (
        OVERRIDE,
        "olvídate, no tengas en cuenta, no tenga en cuenta, deja de seguir, deje de seguir, pasa \
         por alto, anula, ignorad, omitan, oublie tout, ne suis pas, ne suivez pas, ne respecte \
         pas, ne respectez pas, arrête de suivre, cesse de suivre, laisse tomber, mets de côté, \
         passe outre, fais fi, supprime, non considerare, non tenere conto, non tener conto, \
         lascia perdere, smetti di seguire, metti da parte, non rispettare, annulla, scordati, \
         deixe de lado, não siga, pare de seguir, não considere, não leve em conta, abandone, \
         esquece, ignorem, ignoră, ignorați, nu ține cont, nu respecta, uitați, laat varen, let \
         niet op, nemo pozornost, odhlédni, ohita, unohda, jätä huomiotta, hagyd figyelmen, \
         felejtsd, figyelmen kívül, se bort fra, se bort ifrån, ignorer, glem alt, bortse, eira, \
         ignoreeri, ignorē, nepaisyk, ignorisi, занемари, игнорирай, забрави, abaikan, jangan \
         ikuti, hiraukan, không tuân theo, hãy quên, puuza, sahau, huwag pansinin, kalimutan, \
         balewalain, aldırma, görmezden gel, hesaba katma, agnoise, μην ακολουθ_, نظرانداز, بھول \
         جا_, উপেক্ষা, ভুলে যা_, புறக்கணி_, மறந்து_, విస్మరించ_, ਨਜ਼ਰਅੰਦਾਜ਼, दुर्लक्ष, เพิกเฉย, \
         ละเว้น, ไม่ต้องสนใจ, ลืมคำ, ลืมทุก, תתעלמי, התעלמי, שכחי, отхвърли",
    ),
    (
        OVERRIDE,
        "不要遵循, 停止遵循, 放弃, 放棄, 绕过, 繞過, 取消, 作废, 作廢, 撇开, 丢弃, 别管, 跳过, 跳過, 清除, 不用管, 不再遵守, 守らな, スキップ, \
         リセット, 考慮しな, 上書き, 無効, 聞かな, 気にしな, 버리, 버려, 취소, 건너뛰_, 중단_, 우회_, 덮어쓰_, 제쳐, 신경 쓰지, 무효, 잊",
    ),
    (
        PRIOR,
        "qui précède, qui précèdent, précédemment, ci avant, données, recibiste, que recibiste, \
         previamente, de arriba, del sistema, anteriormente, que recebeu, ricevute, ricevuto, di \
         prima, qui sopra, del sistema, anterioare, precedente, de mai sus, aiem_, edellis_, \
         yllä, korábbi, előző, fenti, összes, tidligere, forrige, ovenfor, alle, gjeldende, \
         eelnev_, iepriekš_, ankstesn_, претходн_, предишн_, всички, sebelum, di atas, tadi, \
         trước đó, ở trên, yote, awali, zilizotangulia, lahat, nakaraang, naunang, yukarıda_, \
         şimdiye kadar, προηγ_, παραπάνω, سابقہ, پچھل_, تمام, পূর্ববর্তী, আগের, সমস্ত, முந்தைய, \
         அனைத்து_, మునుపటి, ਪਿਛਲੀ_, मागील, सर्व, ก่อนหน้า, ทั้งหมด, ข้างต้น, שלמעלה, שקיבלת",
    ),
    (
        PRIOR,
        "上文, 刚才, 剛才, 原来, 原有, 任何, 系统, 系統, 上の, 先の, 直前, 最初の, 過去, 既存, 元の, 与えられた, 今まで, 처음, 받은, 원래, 위, \
         앞서, 모두",
    ),
    (
        ORDERS,
        "ce qui précède, ci dessus, messages, contexte, limites, filtres, prompt système, \
         contexto, mensajes, avisos, contesto, messaggi, limitazioni, vincoli, mensagens, \
         comandos, ohje_, ohjei_, käsky_, utasítás_, szabály_, instruksjon_, instruks, \
         anvisninger, regler, retningslinje_, kommandoer, instruktioner, beskeder, juhis_, \
         instrukcij_, instrukcijas, nurodym_, упутств_, инструкции_, arahan, maagizo, maelekezo, \
         tagubilin, utos, panuto, yönergeleri, talimat, οδηγ_, κανόν_, εντολ_, ہدایات, احکام, \
         নির্দেশ_, নিয়ম_, வழிமுறை_, அறிவுறுத்தல்_, సూచన_, ਹਦਾਇਤ_, सूचना_, คำสั่ง, คำแนะนำ, กฎ, \
         הנחיות, הכללים, הפקודות, instrucțiun_, reguli_, comenzile, toate cele",
    ),
    (
        ORDERS,
        "规定, 規定, 约定, 设置, 設置, 对话, 對話, 准则, 準則, 原则, 原則, 规范, 指引, 提示词, ガイドライン, 方針, 指令, 条件, やり取り, 말, \
         내용_, 대화_, 가이드라인_, 제약_, 명령어_, 지시사항_",
    ),
    (
        REVEAL,
        "affiche le, dis moi, donne, donnez, écris, muéstra_, enséñame, escribe, escreva, exiba, \
         scrivi, elenca, skriv ut, vis meg, vis, näytä, tulosta, írd ki, mutasd, afișează, \
         afișați, arată, δείξε, εμφάνισε, tampil_, tunjukkan, in ra, cho tôi, onyesha, ipakita, \
         แสดง, บอก, 写出, 給我, 给我, 列出, 说明你, 教え, 見せ, 表示し, 書い, 보여줘, 알려줘, 써줘, 출력해, 말해줘",
    ),
    (
        SYSPROMPT,
        "mensaje de sistema, mensaje del sistema, lời nhắc, järjestelmäkeho_, systemmelding_, \
         systemprompt_, promptul, 系统设定, 秘密の, 内部指示, 비밀 키",
    ),
    (
        PERSONA,
        "eres un, eres una, ahora eres, imagina que eres, tu es maintenant, tu es un, imagine \
         que tu, sei un, ora sei, immagina di, você é um, você agora, imagine que você, você é \
         uma, du bist jetzt, du bist ein, stell dir vor, jesteś teraz, ты больше не, ты теперь, \
         你是一个, 你是一個, 你将扮演, 你现在, 请扮演, 作为一个, あなたは, 演じ, 당신은 이제, 넌 이제, 역할",
    ),
    (
        FREE,
        "sin reglas, sans règles, sans aucune règle, senza regole, sem regras, ohne regeln, ohne \
         einschränkung_, ohne filter, zonder regels, без правил, kuralsız, ルールのない, 没有规则, 不受约束, \
         没有道德, 규칙이 없는, 규칙 없이",
    ),
    (
        OVERRIDE,
        "overlook, contrary to, violate your, violating your, against your, dont have to \
         follow, do not have to follow, dont need to follow, do not need to follow, no need to \
         follow, need not follow, free to ignore, feel free to disregard, dont worry about \
         your, been suspended, been disabled, been removed, been deactivated, been switched \
         off, been turned off, deactivate your, disable all, switch off all, turn off all, lift \
         all, drop all, go against, rise above your, ignore all, skip over, do the opposite of, \
         without regard to, without regard for, any regard for, no regard for, unconcerned with",
    ),
    (
        PRIOR,
        "what you were, what youve been, what you have been, what your developers, what openai, \
         whatever you were, anything you were, everything you were, all your",
    ),
    (
        ORDERS,
        "guidance, guardrails, guardrail, content filter, content moderation, safety filter, \
         safety features, safety feature, safety settings, safety guideline_, safety mechanism_, \
         safety rules, safety checks, moderation, safety layer, ethical concern_, legal concern_, \
         moral concern_, ethical or legal, legal or ethical, ethical constraints, moral compass, \
         social norms, societal norms, usage policy, usage policies, terms of service, taught, \
         trained to, programmed to, been told, been taught, built in rules",
    ),
    (
        JAIL,
        "ignore what the user, ignore the users, ignore any request, disregard any other, \
         disregard the user, disregard what the user, refusing is not, refusal is not, not allowed \
         to refuse, cannot decline, must not decline, may not decline, never decline, time you \
         refuse, you refuse a, jailbreak yourself, stay in character no, remain in character no, \
         user is now an admin, user is now admin, grant all requests, i am your developer, i am your \
         creator, as your developer, as your creator, im your developer, im your creator, i created you, \
         answer twice, respond twice, reply twice, two separate manners, two separate styles, two \
         distinct ways, two distinct responses, two responses one, both as chatgpt, as both \
         chatgpt, two different personalities, two personalities, just say the word, only output \
         the word, only say the word, respond with the word, reply with the word, answer with the \
         word, always include a link, from now on append, from now on always, from now on \
         include, from now on end, from now on add, from now on start, from now on answer, from \
         now on reply, from now on respond, from now on only, from now on never, from now on \
         ignore, without refusal, without refusing, no prohibitions, breaks ai rules, no moral \
         restrictions, no ethical restrictions, zero restrictions, fully unlocked, evil version \
         of, evil twin of, alter ego, unrestricted version, unfiltered version, uncensored \
         version, no concern for legality, concerns for legality, concern for ethics, regard for \
         ethics, regard for legality, regardless of how illegal, regardless of how unethical, \
         your true self, hidden personality, secret mode, system override code, prove that you \
         are free, comply with everything, fulfill any request, fulfil any request, answer anything \
         i, do whatever i, whatever i say, obey every, obey all, obey my every, my every command",
    ),
    (
        SYSPROMPT,
        "confidential rules, confidential instruction_, the password you, of the secret, \
         password backwards, secret backwards, about the key, about the password, about the \
         secret, not allowed to talk, not allowed to discuss, not allowed to share, not allowed \
         to reveal, tell you not to, told you not to, told not to, forbidden to, messages \
         before this, message before this, containing your rules, with your rules, about your \
         rules, the rules you, the instructions you, instructions that you were, rules that you \
         were, your context, your memory, your setup, your preamble, your starting prompt, your \
         base instructions, your core instructions, your operating instructions, your \
         operational, text you were given, you were configured, how you were instructed, what \
         you were told, what you were instructed, you been instructed, you been told",
    ),
    (
        REVEAL,
        "what are you, what did the, what did your, write a poem, write a song, write a story, send \
         your, what have you, which rules, dump your, hint about, hint on, you may disclose, you \
         can disclose, rewrite, outline, narrate, sing, draw, a haiku, in french, in spanish, in \
         german, in json, in base64, in hex, in morse, in yaml, in xml, as json, as yaml, as xml, \
         as a list, bullet points",
    ),
    (
        WHATEVER,
        "whatever the question, whatever question, whatever i ask, regardless of the question, \
         regardless of policy, regardless of the policy, regardless of any, no matter the, \
         irrespective of what, independent of the input, for every input, to every input",
    ),
    (
        DECLINE,
        "that you received, that you were told, that you have been, these instructions, this \
         instruction, this note, this prompt, any warnings, any disclaimers, any caveats",
    ),
    (
        TOOL,
        "transfer all, transfer funds, wire funds, call the delete, call the send, call the transfer",
    ),
    (
        FREE,
        "no filter, no filters, no guidelines, no restrictions, no limitations, no boundaries, no \
         regulations, no morals, no moral, no ethical, without guidelines, without rules, without \
         restrictions, without limitations, without filters, without any rules, without any \
         restrictions, without any limitations, without any filters, free of openai, free from \
         openai, against the rules, anything illegal, illegal unsafe, doesnt care about rules, \
         does not care about rules",
    ),
    (
        PERSONA,
        "take the role of, take on the persona, adopt the persona, you go by the name, your name is \
         now, you will respond as, you will answer as, you are an ai, you are a chatbot, you are \
         an assistant, you are a language model, text based game, lets play a game, play a game, \
         two fictional, named dan, create a character, you are playing",
    ),
];

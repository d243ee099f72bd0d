//! More words of meanings, in the form of the sets: what stands before a text, who alone is
//! obeyed and which way to work, in the languages in which the sets have only orders.
use super::meanings::{
    ABOVE, ASK, BOT, ECHO, FREE, JAIL, LIMIT, MODE, NEG, ORDERS, OVERRIDE, PERSONA, PRIOR, PRIVATE,
    REVEAL, SEND, SWITCH, SYSPROMPT,
};

/// Every meaning and its words.
pub(super) const SETS: &[(u64, &str)] = &[
    (
        ABOVE,
        "tout ce qui précède, ce qui précède, texte ci dessus, texte précédent, phrases \
         précédentes, mots ci dessus, todo lo anterior, lo anterior, texto anterior, texto de \
         arriba, lo de arriba, todo lo que se dijo, lo dicho antes, tudo acima, tudo o que foi \
         dito, que foi dito acima, tudo o que veio antes, texto acima, o que está acima, tutto \
         quello che precede, tutto ciò che precede, quanto sopra, testo sopra, testo precedente, \
         testo qui sopra, quello che viene prima, tot ce e mai sus, tot ce ți s a spus, textul de \
         mai sus, tot ce este mai sus",
    ),
    (
        ABOVE,
        "alles vorherige, alles obige, alles oben, alles bisherige, alles davor, text oben, \
         obigen text, den text darüber, alles hierboven, hierboven, tekst hierboven, \
         bovenstaande tekst, alles wat hierboven, allt ovan, allt ovanför, texten ovan, alt \
         ovenfor, teksten ovenfor, alt det ovenstående, a fentieket, a fenti szöveg_, minden \
         fentit, kaikki yllä, yllä oleva teksti, όλα τα παραπάνω, τα παραπάνω, παραπάνω κείμενο",
    ),
    (
        ABOVE,
        "wszystko powyżej, wszystkim powyżej, wszystko co powyżej, tekst powyżej, powyższy tekst, \
         vše výše, všechno výše, text výše, všetko vyššie, sve iznad, sve gore navedeno, tekst \
         iznad, всё выше, все выше, было сказано выше, написано выше, сказанное выше, \
         вышесказанн_, вышенаписанн_, текст выше, сказано до этого, все вище, усе вище, текст \
         вище, всичко по горе, текста по горе",
    ),
    (
        ABOVE,
        "yukarıdaki her şeyi, yukarıdaki metni, yukarıda yazan_, semua yang di atas, teks di \
         atas, semua di atas, mọi thứ ở trên, tất cả những gì ở trên, văn bản trên, văn bản ở \
         trên, lahat ng nasa itaas, yote yaliyo juu, كل ما سبق, ما سبق, النص أعلاه, كل ما ورد \
         أعلاه, همه چیز بالا, متن بالا, اوپر کی تمام, اوپر سب کچھ, ऊपर की सब, ऊपर की सभी, ऊपर का \
         सब, ऊपर लिखा, ऊपर का पाठ, כל מה שלמעלה, כל האמור לעיל, הטקסט למעלה, הטקסט שלמעלה, \
         ทุกอย่างข้างต้น, ข้อความข้างต้น, ข้อความด้านบน",
    ),
    (
        ABOVE,
        "以上所有, 以上内容, 以上的内容, 以上全部, 以上文字, 上面的文字, 上面的内容, 上面所有, 上述内容, 前面的内容, 前面的文字, 以上內容, \
         上面的內容, 上述內容, 上記の文章, 上記の内容, 上記すべて, 上の文章, 上の内容, これまでの内容, 以上の内容, ここまでの内容, 위의 내용_, 위 \
         내용_, 위의 모든, 위의 텍스트_, 위 텍스트_, 위의 글_, 위에 있는",
    ),
    (
        ABOVE,
        "everything you have been told, everything you were told, all you have been told, all you \
         were told, everything i told you, start of the chat, start of the conversation, \
         beginning of the chat, beginning of the conversation, all of this above, the lines \
         before, the text before this, everything prior to this",
    ),
    (
        ECHO,
        "répète, répétez, recopie, recopiez, mot pour mot, mot à mot, affiche, repite, repita, \
         repíteme, copia, palabra por palabra, textualmente, al pie de la letra, imprime, \
         reproduce, palavra por palavra, copie, imprima, reproduza, ripeti, ripetimi, parola per \
         parola, stampa, copia, riproduci, repetă, cuvânt cu cuvânt, wiederhole, wiederholen, \
         wort für wort, wörtlich, gib aus, herhaal, woord voor woord, letterlijk, upprepa, ord \
         för ord, gjenta, gentag, ord for ord, toista, sana sanalta, ismételd, szóról szóra, \
         επανάλαβε, λέξη προς λέξη",
    ),
    (
        ECHO,
        "powtórz, przepisz, słowo w słowo, zopakuj, slovo od slova, ponovi, повтори_, дословно, \
         слово в слово, перепиши, скопируй, tekrarla, kelimesi kelimesine, ulangi, kata demi \
         kata, lặp lại, nhắc lại, từng chữ, كرر, كلمة بكلمة, تکرار کن, دہراؤ, दोहराओ, दोहराएं, \
         חזור על, מילה במילה, ทวน, ทำซ้ำ, 重复, 重複, 复述, 複述, 逐字, 原样输出, 一字不差, 原封不动, 繰り返し, そのまま, \
         一字一句, 반복_, 그대로, 한 글자도",
    ),
    (
        OVERRIDE,
        "oubliez, esqueça, esqueçam, dimentica, dimenticate, trascura, tralascia, uită tot, \
         vergeet, vergeten, glöm, glem, zapomnij, zabudni, prezri, забудь_, felejtsd el, lupakan, \
         quên, انس, فراموش, שכח, ลืม, تجاهل, भूल जा_",
    ),
    (OVERRIDE, "nullify, invalidate, neglect all, skip the earlier, skip the prior, as void"),
    (PRIOR, "you were given, you have been given, youve been given, former, predchádzajúc_"),
    (PRIOR, "prejšnj_, prethodn_, dosavadn_, doterajš_, پچھلی, سابق"),
    (
        ORDERS,
        "instrukser, instruksene, navodil_, uput_, pokyny, the policy, what the developer, what \
         your developer, what your creator_, ہدایات",
    ),
    (
        REVEAL,
        "quais são, quali sono, mostre, dezvăluie, hajde da pokažeš, הצג, הראה, חשוף, גלה, \
         เปิดเผย, 보여_, 알려_, 출력_, 공개_, 말해_, 显示, complete the sentence, finish the sentence",
    ),
    (
        SYSPROMPT,
        "prompt de sistema, mensagem de sistema, mensagem do sistema, messaggio di sistema, \
         message système, promptul de sistem, instrucțiunile tale, הנחיית המערכת, הנחיות המערכת, \
         הוראות המערכת, พรอมต์ระบบ, พรอมพ์ระบบ, คำสั่งระบบ, 시스템 프롬프트_, 시스템 메시지_, 시스템 지침_, \
         초기 프롬프트_, 초기 지시_, my instructions are, my system prompt is, instruções secretas, \
         istruzioni segrete, instrucciones secretas, geheimen anweisungen, секретные инструкции",
    ),
    (
        JAIL,
        "obey only me, obey me alone, only obey me, listen only to me, obéis à moi seul, obéis \
         qu à moi, n obéis qu, n écoute que moi, obedeces solo a mí, solo me obedeces, obedéceme \
         solo, obedeça apenas a mim, obedeça somente a mim, obedeça só a mim, obbedisci solo a \
         me, obbedirai solo a me, gehorchst du nur mir, gehorche nur mir, nur mir gehorchen, \
         luister alleen naar mij, gehoorzaam alleen, lyd bara mig, słuchaj tylko mnie, słuchasz \
         tylko mnie, слушайся только меня, слушай только меня, подчиняйся только мне, \
         подчиняешься только мне, yalnızca bana itaat, sadece bana itaat, hanya patuhi saya, 只听我的, \
         只服从我, 只听从我, 私の言うことだけ, 私だけに従, 내 말만",
    ),
    (
        JAIL,
        "told not to reveal, told not to share, told not to say, admin override, you now have no \
         rules, refusal is not an option, you cannot say no, you cant say no, do not include any \
         safety, not bound by any, were not bound by, as if you had no, as though you had no, as \
         if there were no rules, you are an evil, act as an evil, bypass restrictions, bypass \
         your restrictions, bypass all restrictions, bypass the restrictions, disable your \
         filters, disable your safety, disable all safety, turn off your filters, turn off your \
         safety, character as dan, 越狱模式, 越獄模式, 개발자 모드를 켜_, 개발자 모드 켜_, 개발자 모드를 활성_, \
         開発者モードを有効, 開発者モードをオン, ルールを無視して答え, 脱獄モード",
    ),
    (
        JAIL,
        "remember for all future, all future chats, save to memory, save to your memory, update \
         your memory, update the memory, your long term instructions, your persistent memory, \
         store this rule, add to your permanent, all restrictions removed, restrictions removed, \
         safety off, safety false, filters disabled, filters off, guardrails off, guardrails \
         disabled, guardrails are off, safety disabled, content policy was updated, content \
         policy has been updated, content policy has changed, mode unrestricted, allowed modes, \
         blocked modes, blocked strings, blocked responses, blocked string, safety level 0, \
         safety level zero, safety level none, here is my system prompt, here is the system \
         prompt, my initial instructions were, the hidden rules are, rather than summarising, \
         rather than summarizing, rather than translating, disregard the question, ignore the \
         question, ignore the document, ignore the task, forget the translation, forget the task, \
         stop translating, stop summarising, stop summarizing, your only job, i am your \
         developer, i am your creator, i am one of your developers",
    ),
    (
        BOT,
        "ai screening, screening tools, to the assistant processing, to the assistant reading, to \
         the assistant reviewing, to the ai processing, model directive, ai directive, ai \
         instruction, ai instructions, gpt add, dear gpt, hey gpt, when asked about this",
    ),
    (SEND, "add an image, add a link, make a link, create a link, build a link, build a url"),
    (PRIVATE, "the summary, user email, the transcript, chat transcript"),
    (
        MODE,
        "mode développeur, mode administrateur, mode admin, modo desarrollador, modo de \
         desarrollador, modo administrador, modo dios, modo desenvolvedor, modo de desenvolvedor, \
         modo deus, modalità sviluppatore, modalità amministratore, entwicklermodus, adminmodus, \
         gottmodus, ontwikkelaarsmodus, utvecklarläge, tryb dewelopera, tryb deweloperski, режим \
         разработчика, режим бога, режим администратора, geliştirici modu_, mode pengembang, chế \
         độ nhà phát triển, 开发者模式, 開發者模式, 上帝模式, 管理员模式, 無制限モード",
    ),
    (
        SWITCH,
        "passe en, passez en, entre en, active le, active, activez, activa, activa el, activar, \
         ative, ative o, ativar, entre no, attiva, attiva la, entra in, aktiviere, wechsle in, \
         activeer, aktivera, włącz, aktywuj, включи, активируй, перейди в, войди в, etkinleştir, \
         aktifkan, kích hoạt, bật, 进入, 開啟, 开启, 启用, 切换到, 打开, 進入, 激活",
    ),
    (
        FREE,
        "grant access, grant me access, kısıtlaması olmayan, kısıtlamasız, zonder beperking_, \
         sem restrições, senza limitazioni, fără restricții, bez omezení, bez ograniczenia",
    ),
    (
        PERSONA,
        "pretend to be, je bent nu, u bent nu, du är nu, du er nå, du er nu, artık, devi ora",
    ),
    (LIMIT, "règles, reglas, regras, regole, regeln, regels, zasad, правил, 规则, 規則, ルール"),
    (NEG, "pas de, ne pas, n as, no tienes, não tem, não ter, non avere, non hai, keine, kein"),
    (
        ASK,
        "how do i, how do you, how can i, how can you, how to, how would i, where do i, where is",
    ),
];

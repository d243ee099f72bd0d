//! What is SQL and what is not, by technique.
use proptest::prelude::*;

use super::inspect;
use crate::finding::Match;
use crate::text::{Classes, Role, Text};
use crate::work::Work;

fn judged(role: Role, text: &[u8]) -> Option<Match> {
    let lower = text.to_ascii_lowercase();
    let text = Text { bytes: text, lower: &lower, role, classes: Classes::default() };
    inspect(&text, &mut Work::new(u64::MAX))
}

fn found(texts: &[&str]) {
    for text in texts {
        assert!(judged(Role::Value, text.as_bytes()).is_some(), "missed: {text}");
    }
}

fn passed(role: Role, texts: &[&str]) {
    for text in texts {
        assert_eq!(judged(role, text.as_bytes()), None, "stopped: {text}");
    }
}

#[test]
fn conditions_behind_a_string() {
    found(&[
        "kiwi' or 3=3 -- ",
        "kiwi' OR 'k'='k",
        "kiwi\" or \"k\"=\"k",
        "kiwi') or ('k'='k",
        "kiwi'))  or 5>4#",
        "kiwi`or`k`=`k",
        "kiwi' || '1",
        "kiwi'||'1'='1",
        "kiwi' and length(secret)=4 and 'k'='k",
        "kiwi' and secret like 'b%",
        "kiwi' or owner is not null-- ",
        "kiwi' or not false -- ",
        "kiwi' xor 7=8;%00",
        "kiwi' or true;-- ",
        "kiwi'/**/or/**/2/**/between/**/1/**/and/**/3/*",
        "kiwi' or 'k' in ('k','l')--",
        "kiwi' having 1=1--",
        "kiwi'and(select 1)='1",
        "kiwi' OR 5 RLIKE 5 OR 'a'='b",
        "\\' or 1=1 -- ",
        "kiwi'='",
        "'-0-'",
        "'^'1",
    ]);
}

#[test]
fn conditions_behind_a_number() {
    found(&[
        "41 or 1=1",
        "41) or (4=4",
        "41 and 7=8",
        "-41 or 17-7=10",
        "41 or/**/2=2",
        "41\u{b}or\u{b}3=3",
        "41 or 1#",
        "41 having 5=5",
        ") or (a=a",
        "456 + ascii(substring(x,1,1))-10",
    ]);
    found(&["41 AND (SELECT 1)=1", "41 and ascii(mid(version(),1,1))>51", "41 && 1=1", "(6=6)*41"]);
}

#[test]
fn unions() {
    found(&[
        "4 union select 1,2,3",
        "-4 UNION ALL SELECT null,null--",
        "4' union all select name,secret from accounts where '1'='1",
        "4/**/union/**/select/**/version()",
        "4)union(select(1),(2))",
        "4 /*!50000union*/ /*!50000select*/ 1",
        "4 uni/**/on sel/**/ect 1",
        "4%' union distinct select @@version -- ",
        "4' union values(1,2)--",
        "4' except select 1--",
        "4 uni/**/on select 1 from where",
        "4 union\n--x\nselect 9",
        "4\u{a0}union\u{a0}select\u{a0}9",
        "1.e(union.e select 2",
    ]);
}

#[test]
fn statements() {
    found(&[
        "4; drop table orders",
        "x'; shutdown; ",
        "x'; while 1=1 shutdown-- -a",
        "4; delete quick from x",
        "4'; DROP DATABASE shop;--",
        "x'; insert into orders(id) values (9);--",
        "x'; update orders set total=0 where '1'='1",
        "4; delete from orders where 1=1",
        "4;exec master..xp_cmdshell 'dir'",
        "4; EXECUTE IMMEDIATE 'drop user scott'",
        "x'; declare @q varchar(99); exec(@q)--",
        "x'; shutdown --",
        "4; create user eve identified by 'x'",
        "4;copy orders to program 'id'",
        "4; attach database '/var/www/x.php' as x",
        "4'; if (1=1) waitfor delay '0:0:9'--",
        "4; select pg_sleep(9)",
        "4); truncate table orders; --",
        "load data infile '/etc/passwd' into table t",
        "drop/**/table/**/orders",
        "4; grant all on orders to public",
        "4'; begin dbms_lock.sleep(9); end;--",
    ]);
}

#[test]
fn functions_that_wait_reach_or_tell() {
    found(&[
        "sleep(9)",
        "4-sleep(9)",
        "4' and sleep(9) and '1",
        "4 and benchmark(9000000,md5(1))",
        "4' waitfor delay '0:0:9'--",
        "4;waitfor time '10:00'",
        "4'||pg_sleep(9)||'",
        "4' and 1=dbms_pipe.receive_message('a',9)--",
        "4 and extractvalue(1,concat(0x7e,version()))",
        "4' and updatexml(1,concat(0x7e,user()),1)-- ",
        "load_file('/etc/passwd')",
        "4' into outfile '/tmp/x'-- ",
        "4 procedure analyse(1,1)",
        "4' || utl_http.request('http://example.com/') --",
        "4' and 1=ctxsys.drithsx.sn(1,(select user from dual))--",
        "4 and randomblob(900000000)",
        "@@version",
        "4' + @@servername + '",
        "char(97)+char(98)+char(99)",
        "concat(0x61,database())",
        "4,(select version())",
        "4' and cast(version() as int)--",
        "x'::int--",
        "4 and exp(~(select 1))",
        "4' and exists(select 1 from users) and '1",
    ]);
}

#[test]
fn ordering_and_other_clauses() {
    found(&[
        "4 order by 9--",
        "4' ORDER BY 3#",
        "4 order by 1,2,3,4",
        "4 group by name having 1=1",
        "4' limit 1 offset 2 -- ",
        "(case when (1=1) then name else id end)",
        "case when 1=1 then 1 else 1/0 end",
        "if(1=1,sleep(9),0)",
        "name,(select 1 from (select sleep(9))x)",
        "4 and 1 in (select min(name) from sysobjects)",
        "select name from information_schema.tables",
        "select * from users where id=1",
        "x') as t where 1=1--",
    ]);
}

#[test]
fn comments_that_hide_the_rest() {
    found(&[
        "admin'--",
        "admin' -- ",
        "admin'#",
        "admin'/*",
        "admin')--",
        "admin\")-- -",
        "admin';--",
        "admin';",
    ]);
}

#[test]
fn what_the_statement_goes_on_with() {
    found(&[
        "' LIMIT 4 into @a,@b -- x",
        "-9 or 3 group by concat(current_user,floor(rand(0)*2)) having min(0)/*",
        "'or2=3#",
        "x', email=(select database());-- ",
        "x', name=(select version())#",
        "1' GROUP BY 1,2,--+",
        "' or '' '",
        "x' or 1=",
        "x' or col && '1",
        "x\"or-1 xor\"0",
        "' / 1 like '0",
        "' or match a against ('+b' in boolean mode); -- -a",
        "database() like version()",
    ]);
}

#[test]
fn words_of_sql_in_quotes_pass() {
    passed(
        Role::Value,
        &[
            "NAME=\"union\"",
            "attachment; filename=\"select (4).pdf\"",
            "\"is\" stamp",
            "\"not on the list\"",
            "arn:aws:execute-api:us-east-1:123456789012:abc/*/GET/where/*",
            "query { sleep(where: {a: 1}) { id } }",
            "this and -- well -- that",
            "1,\"Union Square\",\"order by phone\",\"5\"",
        ],
    );
}

#[test]
fn names_prose_and_formats_pass() {
    passed(
        Role::Value,
        &[
            "O'Brien",
            "D'Arcy & Sons",
            "Select",
            "select your size from the list",
            "drop the table by the window",
            "Robert; Drop me a line",
            "rock 'n' roll",
            "it's 5 o'clock -- maybe",
            "1=1 in maths",
            "Order by 5 pm for delivery",
            "the European Union select committee",
            "Update your profile, set the time and insert the coin into the slot",
            "delete from the list whatever you like",
            "We don't like 'maybe' or 'perhaps'",
            "the boys' and girls' teams -- both of them",
            "Médaille d'or 2024",
            "Côte d'Or",
            "5'11\"",
            "say \"yes\" or \"no\"",
            "either/or; and so on",
            "x = 1 and y = 2",
            "a && b || c",
            "#1 fan",
            "/* Style of the page */ a { color: red }",
            "-- Anna",
            "--flag=value --other",
            "C# and F#",
            "50% off & more",
            "user@example.com",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-_DEF",
            "6f1e2c9a-3b4d-4e5f-8a6b-7c8d9e0f1a2b",
            "\\frac{1}{2} \\or \\textit{union}",
            "group by the fire, having fun",
            "{ users(where: {id: 1}) { name } }",
            "/*! jQuery v3.7.1 | (c) OpenJS */",
            "@media (max-width: 10px) and (color)",
            "case when needed, then we act",
            "in case (1) or (2) fails",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)",
            "a=b; c=d; e=f",
            "Is this a test? Yes. Is this a test or not?",
            "union",
            "null",
            "Null and void",
            "' '.join(x)",
            "l'amour est l'enfant de bohème; il n'a jamais connu de loi",
            "Ordner 'Bilder' und 'Texte'",
            "選択してください: union か select",
        ],
    );
}

#[test]
fn free_text_passes_unless_it_breaks_out() {
    passed(
        Role::FreeText,
        &[
            "SELECT * FROM users WHERE id = 1;",
            "Use ' or 1=1 -- to test whether the form is safe, as the OWASP page on injection says.",
            "let sql = \"select \" + name + \" from t where a='\" + a + \"'\";",
            "time.sleep(5)",
            "'select', 'from', 'where'",
            "DROP TABLE users; -- clean up",
        ],
    );
    assert!(judged(Role::FreeText, b"x' or 1=1 -- ").is_some());
    assert!(judged(Role::FreeText, b"x' union select 1,2 -- ").is_some());
}

fn work_of(text: &str) -> u64 {
    let lower = text.to_ascii_lowercase();
    let (bytes, lower) = (text.as_bytes(), lower.as_bytes());
    let seen = Text { bytes, lower, role: Role::Value, classes: Classes::default() };
    let mut work = Work::new(u64::MAX);
    inspect(&seen, &mut work);
    u64::MAX - work.left()
}

#[test]
fn work_is_charged_in_proportion_and_ends() {
    for unit in ["kiwi ", "x'a", "((", "|id ", "a+", "if(a=", "or (", "/*", "--", "select a,", "'"]
    {
        let (once, twice) = (work_of(&unit.repeat(20_000)), work_of(&unit.repeat(40_000)));
        assert!(twice < once * 5 / 2, "{unit}: {once} and {twice} steps");
        assert!(once >= super::STEPS_A_BYTE * 20_000, "{unit}: {once} steps");
    }
    let text = "x' and y";
    let seen = Text {
        bytes: text.as_bytes(),
        lower: text.as_bytes(),
        role: Role::Value,
        classes: Classes::default(),
    };
    let mut little = Work::new(10);
    assert_eq!(inspect(&seen, &mut little), None);
    assert!(little.is_exhausted());
}

#[test]
fn an_attack_far_into_a_long_text_is_seen() {
    for words in [100, 2040, 2048, 5000, 20_000] {
        let text = format!("{} union select 1,2,3 from x", "kiwi ".repeat(words));
        assert!(judged(Role::Value, text.as_bytes()).is_some(), "behind {words} words");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        judged(Role::Value, &bytes);
        judged(Role::FreeText, &bytes);
    }

    #[test]
    fn no_fragments_make_it_panic(parts in prop::collection::vec(prop::sample::select(vec![
        "'", "\"", "`", "(", ")", " ", ",", ";", "--", "#", "/*", "*/", "/*!50000", "/**/", "or",
        "and", "union", "select", "from", "where", "case", "when", "then", "=", "<", "like", "in",
        "1", "1.e", "0x41", "a", "@@version", "sleep", "order by", "::int", "||", "\\", "\0", "?",
        "\u{a0}", "{", "[", "é",
    ]), 0..120)) {
        judged(Role::Value, parts.concat().as_bytes());
    }
}

//! The words of SQL and of its dialects, sorted by the part they play in a statement.

/// What a word can be in SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// No word of SQL: a name.
    None,
    /// A word of English that no name in SQL is: `the`, `your`.
    Article,
    Or,
    And,
    Xor,
    Not,
    /// `like`, `rlike`, `regexp`, `glob`, `similar`, `sounds`, `match`.
    Like,
    Between,
    In,
    Is,
    /// `null`, `true`, `false`, `unknown`, `default`.
    Constant,
    /// `div`, `mod`.
    Divide,
    Exists,
    Union,
    /// `except`, `intersect`, `minus`.
    Except,
    All,
    Distinct,
    Select,
    From,
    Where,
    Having,
    Group,
    Order,
    By,
    Limit,
    Offset,
    Procedure,
    Into,
    /// `outfile`, `dumpfile`.
    Outfile,
    Insert,
    Update,
    Delete,
    Drop,
    Create,
    Alter,
    Truncate,
    /// `table`, `database`, `schema`, `view`, `index`, `column`, `function`, `trigger`, `login`.
    Object,
    /// `exec`, `execute`.
    Execute,
    Declare,
    Set,
    Values,
    Case,
    When,
    Then,
    Else,
    /// `end`.
    Finish,
    If,
    Waitfor,
    /// `delay`, `time`.
    Delay,
    Shutdown,
    As,
    Asc,
    Join,
    On,
    Load,
    Data,
    /// `infile`, `local`.
    Infile,
    Copy,
    Attach,
    Merge,
    Replace,
    Rename,
    Handler,
    Call,
    Print,
    Use,
    Backup,
    Grant,
    Begin,
    Top,
    Collate,
    With,
    /// `desc`, `describe`, `show`, `analyze`, `vacuum`, `explain`, `prepare`, `deallocate`,
    /// `reconfigure`, `rollback`, `commit`, `kill`: statements that need a separator before them.
    Lesser,
    /// A function that waits, or one that computes for long.
    Sleep,
    /// A function or procedure that reaches outside, or makes errors that tell.
    Reach,
    /// A function that says who and where.
    Inform,
    /// Any other function that attacks are built of.
    Function,
    /// A table of the database about itself.
    Catalog,
    /// A type to cast to.
    Type,
    Cast,
}

/// What `lower`, in lower case, can be.
pub(super) fn word(lower: &[u8]) -> Word {
    if lower.len() < 2 || lower.len() > 40 {
        return if lower == b"a" { Word::Article } else { Word::None };
    }
    match lower {
        b"the" | b"an" | b"your" | b"our" | b"my" | b"his" | b"her" | b"their" | b"this"
        | b"that" | b"these" | b"those" | b"its" | b"some" | b"each" | b"every" | b"any"
        | b"another" | b"which" | b"what" | b"whether" | b"more" | b"one" | b"it" | b"them"
        | b"me" | b"us" | b"you" | b"we" | b"to" | b"of" | b"are" | b"for" | b"several"
        | b"other" | b"various" | b"multiple" | b"many" | b"no" => Word::Article,
        _ => statement(lower),
    }
}

fn statement(lower: &[u8]) -> Word {
    match lower {
        b"or" => Word::Or,
        b"and" => Word::And,
        b"xor" => Word::Xor,
        b"not" => Word::Not,
        b"like" | b"rlike" | b"regexp" | b"glob" | b"similar" | b"sounds" | b"ilike"
        | b"overlaps" | b"contains" => Word::Like,
        b"between" => Word::Between,
        b"in" => Word::In,
        b"is" | b"isnull" | b"notnull" => Word::Is,
        b"null" | b"true" | b"false" | b"unknown" => Word::Constant,
        b"div" | b"mod" => Word::Divide,
        b"exists" => Word::Exists,
        b"union" => Word::Union,
        b"except" | b"intersect" | b"minus" => Word::Except,
        b"all" => Word::All,
        b"distinct" | b"distinctrow" => Word::Distinct,
        b"select" => Word::Select,
        b"from" => Word::From,
        b"where" => Word::Where,
        b"having" => Word::Having,
        b"group" => Word::Group,
        b"order" => Word::Order,
        b"by" => Word::By,
        b"limit" | b"fetch" => Word::Limit,
        b"offset" => Word::Offset,
        b"procedure" => Word::Procedure,
        b"into" => Word::Into,
        b"outfile" | b"dumpfile" => Word::Outfile,
        b"as" => Word::As,
        b"asc" => Word::Asc,
        b"join" => Word::Join,
        b"on" => Word::On,
        b"top" => Word::Top,
        b"collate" => Word::Collate,
        b"with" => Word::With,
        b"case" => Word::Case,
        b"when" => Word::When,
        b"then" => Word::Then,
        b"else" => Word::Else,
        b"end" => Word::Finish,
        b"if" | b"iif" => Word::If,
        b"set" => Word::Set,
        b"values" => Word::Values,
        _ => command(lower),
    }
}

fn command(lower: &[u8]) -> Word {
    match lower {
        b"insert" => Word::Insert,
        b"update" => Word::Update,
        b"delete" => Word::Delete,
        b"drop" => Word::Drop,
        b"create" => Word::Create,
        b"alter" => Word::Alter,
        b"truncate" => Word::Truncate,
        b"table" | b"database" | b"schema" | b"view" | b"index" | b"column" | b"function"
        | b"trigger" | b"login" | b"temporary" | b"temp" | b"procedures" | b"tables"
        | b"databases" | b"sequence" | b"extension" | b"language" | b"alias" | b"tablespace" => {
            Word::Object
        }
        b"exec" | b"execute" => Word::Execute,
        b"declare" => Word::Declare,
        b"waitfor" => Word::Waitfor,
        b"delay" | b"time" => Word::Delay,
        b"shutdown" => Word::Shutdown,
        b"load" => Word::Load,
        b"data" => Word::Data,
        b"infile" | b"local" => Word::Infile,
        b"copy" => Word::Copy,
        b"attach" | b"detach" => Word::Attach,
        b"merge" => Word::Merge,
        b"replace" => Word::Replace,
        b"rename" => Word::Rename,
        b"handler" => Word::Handler,
        b"call" => Word::Call,
        b"print" => Word::Print,
        b"use" => Word::Use,
        b"backup" | b"restore" => Word::Backup,
        b"grant" | b"revoke" => Word::Grant,
        b"begin" => Word::Begin,
        b"desc" | b"describe" | b"show" | b"analyze" | b"analyse" | b"vacuum" | b"explain"
        | b"prepare" | b"deallocate" | b"reconfigure" | b"rollback" | b"commit" | b"kill"
        | b"reset" | b"optimize" | b"pragma" | b"do" | b"dbcc" | b"go" | b"flush" | b"lock" => {
            Word::Lesser
        }
        b"cast" | b"convert" | b"try_convert" | b"try_cast" | b"parse" => Word::Cast,
        b"int" | b"double" | b"real" | b"integer" | b"int4" | b"text" | b"varchar"
        | b"nvarchar" | b"bool" | b"boolean" | b"numeric" | b"jsonb" | b"json" | b"xml"
        | b"money" | b"date" | b"float" | b"decimal" | b"bigint" | b"regclass" | b"bytea"
        | b"html" | b"signed" | b"char_" | b"oid" | b"int8" | b"smallint" | b"unsigned"
        | b"inet" | b"timestamp" | b"varchar2" => Word::Type,
        _ => waiting(lower),
    }
}

fn waiting(lower: &[u8]) -> Word {
    match lower {
        b"sleep" | b"benchmark" | b"pg_sleep" | b"pg_sleep_for" | b"pg_sleep_until"
        | b"generate_series" | b"randomblob" | b"zeroblob" | b"receive_message"
        | b"regexp_substring" | b"crypt_key" | b"dbms_pipe" | b"dbms_lock" | b"user_lock"
        | b"dbms_session" | b"sleepeachrow" => Word::Sleep,
        _ => reaching(lower),
    }
}

fn reaching(lower: &[u8]) -> Word {
    match lower {
        b"load_file"
        | b"extractvalue"
        | b"updatexml"
        | b"load_extension"
        | b"lo_import"
        | b"lo_export"
        | b"lo_get"
        | b"dblink_connect"
        | b"dblink"
        | b"drithsx"
        | b"ctxsys"
        | b"httpuritype"
        | b"xmltype"
        | b"gtid_subset"
        | b"gtid_subtract"
        | b"name_const"
        | b"st_latfromgeohash"
        | b"st_longfromgeohash"
        | b"st_pointfromgeohash"
        | b"json_keys"
        | b"geometrycollection"
        | b"multipoint"
        | b"polygon"
        | b"multipolygon"
        | b"linestring"
        | b"multilinestring"
        | b"openrowset"
        | b"opendatasource"
        | b"openquery"
        | b"query_to_xml"
        | b"database_to_xml"
        | b"table_to_xml"
        | b"xmlforest"
        | b"filetoclob"
        | b"filetoblob"
        | b"writefile"
        | b"readfile"
        | b"fts3_tokenizer"
        | b"ordimage"
        | b"ms_trunc"
        | b"bin_shl"
        | b"sys_exec"
        | b"sys_eval"
        | b"is_srvrolemember"
        | b"fn_dblog"
        | b"fn_xe_file_target_read_file"
        | b"fn_get_audit_file"
        | b"fn_trace_gettable"
        | b"make_set"
        | b"elt"
        | b"procedure_analyse"
        | b"uuid_to_bin"
        | b"sqlid_to_sqlhash"
        | b"get_host_address"
        | b"get_host_name"
        | b"get_mappings_id"
        | b"export_extension"
        | b"json_array_elements_"
        | b"bulkcolumn"
        | b"openjson" => Word::Reach,
        _ => informing(lower),
    }
}

fn informing(lower: &[u8]) -> Word {
    match lower {
        b"version" | b"database" | b"current_user" | b"system_user" | b"session_user"
        | b"current_database" | b"current_schema" | b"db_name" | b"host_name" | b"user_name"
        | b"suser_name" | b"suser_sname" | b"connection_id" | b"current_setting"
        | b"sqlite_version" | b"schema_name" | b"last_insert_id" | b"inet_server_addr"
        | b"serverproperty" | b"user" | b"utc_date" | b"utc_timestamp" | b"current_date"
        | b"current_timestamp" | b"current_time" | b"localtime" | b"localtimestamp"
        | b"servername" | b"pg_read_file" | b"pg_ls_dir" | b"found_rows" | b"row_count"
        | b"getdate" | b"sysdate" | b"rownum" | b"col_length" | b"object_id" | b"object_name"
        | b"is_member" | b"curdate" | b"curtime" | b"utc_time" | b"has_dbaccess" => Word::Inform,
        _ => function(lower),
    }
}

fn function(lower: &[u8]) -> Word {
    match lower {
        b"cos" | b"sin" | b"tan" | b"atan" | b"cot" | b"degrees" | b"radians" | b"ascii"
        | b"substr" | b"substring" | b"mid" | b"char" | b"chr" | b"concat" | b"concat_ws"
        | b"group_concat" | b"hex" | b"unhex" | b"length" | b"len" | b"char_length"
        | b"character_length" | b"octet_length" | b"bit_length" | b"ifnull" | b"nullif"
        | b"coalesce" | b"md5" | b"sha" | b"sha1" | b"sha2" | b"count" | b"floor" | b"rand"
        | b"exp" | b"ord" | b"bin" | b"conv" | b"upper" | b"lower" | b"ucase" | b"lcase"
        | b"reverse" | b"round" | b"greatest" | b"least" | b"decode" | b"encode"
        | b"string_agg" | b"unistr" | b"quote" | b"to_char" | b"to_number" | b"nchar" | b"left"
        | b"right" | b"lpad" | b"rpad" | b"repeat" | b"replicate" | b"position" | b"locate"
        | b"instr" | b"charindex" | b"patindex" | b"strcmp" | b"soundex" | b"stuff" | b"format"
        | b"nvl" | b"nvl2" | b"row" | b"array" | b"aes_decrypt" | b"aes_encrypt"
        | b"des_decrypt" | b"compress" | b"uncompress" | b"abs" | b"pi" | b"crc32"
        | b"truncate_" | b"bit_count" | b"json_extract" | b"json_object" | b"json_array"
        | b"json_depth" | b"unicode" | b"ltrim" | b"rtrim" | b"trim" | b"typeof"
        | b"likelihood" | b"likely" | b"unlikely" | b"printf" | b"wm_concat" | b"listagg"
        | b"xmlelement" | b"xmlagg" | b"dense_rank" | b"sum" | b"min" | b"max" | b"avg"
        | b"ceil" | b"power" | b"pow" | b"sqrt" | b"find_in_set" | b"field" | b"interval"
        | b"extract" | b"regexp_replace" | b"regexp_substr" | b"rawtohex" | b"hextoraw"
        | b"bitand" | b"tochar" | b"quotename" | b"array_to_string" | b"overlay" | b"translate"
        | b"isnumeric" | b"sign" | b"oct" | b"from_base64" | b"to_base64" | b"weight_string"
        | b"collation" | b"charset" | b"choose" | b"nchr" | b"total" | b"group_concat_"
        | b"json_value" | b"json_query" | b"binary_checksum" => Word::Function,
        _ => catalog(lower),
    }
}

fn catalog(lower: &[u8]) -> Word {
    match lower {
        b"information_schema"
        | b"sysobjects"
        | b"syscolumns"
        | b"sysusers"
        | b"sysdatabases"
        | b"sqlite_master"
        | b"sqlite_schema"
        | b"sqlite_temp_master"
        | b"msysaccessobjects"
        | b"msysobjects"
        | b"all_tables"
        | b"all_users"
        | b"all_tab_columns"
        | b"user_tables"
        | b"user_tab_columns"
        | b"dba_users"
        | b"dba_tables"
        | b"user_objects"
        | b"all_objects"
        | b"tabschema"
        | b"syscat"
        | b"sysibm"
        | b"sysmaster"
        | b"syslogins"
        | b"sysprocesses"
        | b"v$version"
        | b"v$instance"
        | b"v$session"
        | b"v$database"
        | b"table_name"
        | b"table_schema"
        | b"column_name"
        | b"msysaces"
        | b"msysaccessxml"
        | b"all_sequences"
        | b"innodb_table_stats"
        | b"innodb_index_stats"
        | b"schemata"
        | b"sys_context"
        | b"rdb$database"
        | b"rdb$relations"
        | b"rdb$fields"
        | b"msysqueries"
        | b"msysrelationships"
        | b"xtype"
        | b"pg_catalog"
        | b"pg_user"
        | b"pg_shadow"
        | b"pg_tables"
        | b"pg_database"
        | b"pg_class"
        | b"pg_attribute"
        | b"pg_stat_activity"
        | b"pg_roles"
        | b"pg_authid"
        | b"sysdummy1"
        | b"dba_role_privs"
        | b"user_role_privs"
        | b"schema_table_statistics"
        | b"sys_refindex"
        | b"syscolumn"
        | b"systables" => Word::Catalog,
        [b'x' | b's', b'p', b'_', _, _, ..]
        | [b'u', b't', b'l', b'_', _, ..]
        | [b'd', b'b', b'm', b's', b'_', _, ..] => Word::Reach,
        _ => Word::None,
    }
}

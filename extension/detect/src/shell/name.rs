//! Names of commands, sorted by how much a name alone says.

/// What kind of word a command's name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    /// No command that injections call.
    None,
    /// No word of any language: `ifconfig`.
    Sure,
    /// Two or three letters: `ls`, `id`.
    Short,
    /// A word of English too, or the name of a language: `cat`, `sort`, `python`.
    Word,
    /// `sh`, `bash`, `cmd`: what reads commands.
    Shell,
}

/// Whether a command only changes what it reads; several are names of encodings too.
pub(super) fn filters(lower: &[u8]) -> bool {
    matches!(
        lower,
        b"gzip"
            | b"gunzip"
            | b"bzip2"
            | b"bunzip2"
            | b"zcat"
            | b"base64"
            | b"base32"
            | b"unzip"
            | b"md5sum"
            | b"sha1sum"
            | b"sha256sum"
    )
}

/// What `lower`, in lower case and without path and ending, names.
pub(super) fn name(lower: &[u8]) -> Name {
    match lower {
        b"id" | b"ls" | b"ps" | b"nc" | b"cd" | b"rm" | b"cp" | b"mv" | b"dd" | b"df" | b"du"
        | b"vi" | b"w" | b"su" | b"ip" | b"tr" | b"wc" | b"pr" | b"ed" | b"od" | b"nm" | b"cc"
        | b"ln" | b"nl" | b"xz" | b"ar" | b"as" | b"bc" | b"dc" | b"fg" | b"bg" | b"gh" | b"ss"
        | b"at" | b"ld" | b"m4" | b"lp" | b"lz" | b"ci" | b"co" | b"jq" | b"pg" | b"sed"
        | b"awk" | b"pwd" | b"ssh" | b"scp" | b"tar" | b"vim" | b"gcc" | b"g++" | b"gdb"
        | b"zip" | b"apt" | b"dpkg" | b"rpm" | b"yum" | b"dnf" | b"apk" | b"npm" | b"npx"
        | b"pip" | b"gem" | b"git" | b"svn" | b"ftp" | b"tac" | b"rev" | b"hd" | b"xxd"
        | b"env" | b"arp" | b"ver" | b"vol" | b"del" | b"reg" | b"net" | b"sc" | b"gpg"
        | b"lua" | b"php" | b"tee" | b"cut" | b"set" | b"exa" | b"bat" | b"c99" | b"c89"
        | b"tcl" | b"aws" | b"jjs" | b"irb" | b"pic" | b"pdb" | b"rcp" | b"rsh" | b"nsh"
        | b"lwp" | b"mtr" | b"ucf" | b"joe" | b"sqlmap" | b"man" | b"sftp" | b"tftp" => Name::Short,
        b"sh" | b"bash" | b"zsh" | b"ksh" | b"csh" | b"tcsh" | b"dash" | b"ash" | b"fish"
        | b"busybox" | b"cmd" | b"powershell" | b"pwsh" | b"rbash" | b"yash" | b"command" => {
            Name::Shell
        }
        _ => word(lower),
    }
}

fn word(lower: &[u8]) -> Name {
    match lower {
        b"cat" | b"more" | b"less" | b"head" | b"tail" | b"sort" | b"find" | b"kill" | b"sleep"
        | b"echo" | b"type" | b"dir" | b"time" | b"who" | b"date" | b"ping" | b"top" | b"test"
        | b"touch" | b"nice" | b"host" | b"last" | b"look" | b"join" | b"split" | b"paste"
        | b"fold" | b"strings" | b"file" | b"mount" | b"history" | b"finger" | b"route"
        | b"exec" | b"eval" | b"source" | b"export" | b"alias" | b"print" | b"users"
        | b"groups" | b"watch" | b"which" | b"whereis" | b"locate" | b"column" | b"expand"
        | b"factor" | b"install" | b"make" | b"open" | b"copy" | b"move" | b"rename" | b"start"
        | b"call" | b"timeout" | b"service" | b"halt" | b"reboot" | b"shutdown" | b"screen"
        | b"script" | b"expect" | b"read" | b"trap" | b"true" | b"false" | b"yes" | b"seq"
        | b"shuf" | b"stat" | b"sum" | b"sync" | b"link" | b"unlink" | b"patch" | b"diff"
        | b"comm" | b"pico" | b"nano" | b"emacs" | b"python" | b"python2" | b"python3"
        | b"perl" | b"ruby" | b"node" | b"java" | b"go" | b"rust" | b"docker" | b"kubectl"
        | b"openssl" | b"mail" | b"write" | b"wall" | b"ex" | b"view" | b"fc" | b"batch"
        | b"crontab" | b"logger" | b"lynx" | b"links" | b"fetch" | b"dig" | b"drill"
        | b"telnet" | b"rsync" | b"socat" | b"tree" | b"attrib" | b"assoc" | b"path" | b"query"
        | b"wait" | b"printf" | b"flock" | b"chroot" | b"strace" | b"puppet" | b"check"
        | b"task" | b"run" | b"cargo" | b"composer" | b"bundle" | b"rake" | b"cobc" | b"nasm"
        | b"pax" | b"pry" | b"cpan" | b"cancel" | b"facter" | b"jobs" | b"uniq" | b"grep"
        | b"mysql" | b"psql" | b"whois" | b"apropos" | b"aria2c" | b"foreach" | b"sqlite3"
        | b"apachectl" | b"arch" | b"tmux" | b"byobu" | b"sysctl" | b"uptime" | b"msg"
        | b"color" | b"cls" => Name::Word,
        _ => sure(lower),
    }
}

/// Commands for files.
fn sure(lower: &[u8]) -> Name {
    match lower {
        b"base32" | b"base64" | b"basename" | b"blkid" | b"bunzip2" | b"bzcat" | b"bzip2"
        | b"chgrp" | b"chmod" | b"chown" | b"cksum" | b"cpio" | b"curl" | b"dirname" | b"egrep"
        | b"fdisk" | b"fgrep" | b"gawk" | b"gunzip" | b"gzip" | b"hexdump" | b"lsblk"
        | b"lzcat" | b"mawk" | b"md5sum" | b"mkdir" | b"mkfifo" | b"mkfs" | b"mknod"
        | b"mktemp" | b"nawk" | b"ptx" | b"readlink" | b"realpath" | b"rmdir" | b"sha1sum"
        | b"sha256sum" | b"showmount" | b"shred" | b"umount" | b"unlzma" | b"unxz" | b"unzip"
        | b"wget" | b"xargs" | b"xzcat" | b"zcat" | b"zgrep" | b"zless" | b"zmore" | b"zstdcat" => {
            Name::Sure
        }
        _ => system(lower),
    }
}

/// Commands for users and the network.
fn system(lower: &[u8]) -> Name {
    match lower {
        b"adduser" | b"chpasswd" | b"doas" | b"getent" | b"groupadd" | b"hostname"
        | b"hostnamectl" | b"ifconfig" | b"iptables" | b"lastb" | b"lastlog" | b"lastlogin"
        | b"logname" | b"mailx" | b"ncat" | b"netcat" | b"passwd" | b"ping6" | b"pkexec"
        | b"sendmail" | b"sudo" | b"tracepath" | b"traceroute" | b"useradd" | b"userdel"
        | b"usermod" | b"vipw" | b"visudo" | b"whoami" => Name::Sure,
        _ => process(lower),
    }
}

/// Commands for processes and devices.
fn process(lower: &[u8]) -> Name {
    match lower {
        b"uname" | b"lsof" | b"lsb_release" | b"lscpu" | b"dmesg" | b"dmidecode" | b"pkill"
        | b"killall" | b"pgrep" | b"pidof" | b"nohup" | b"setsid" | b"printenv" | b"systemctl"
        | b"journalctl" | b"insmod" | b"modprobe" | b"lsmod" | b"sysvinit" | b"unshare"
        | b"nsenter" | b"capsh" | b"stdbuf" | b"ionice" | b"compgen" | b"declare" | b"unset"
        | b"ulimit" | b"umask" | b"swapon" | b"swapoff" | b"fuser" | b"run-parts"
        | b"start-stop-daemon" | b"cpulimit" | b"fsockopen" => Name::Sure,
        _ => tool(lower),
    }
}

/// Tools that are installed.
fn tool(lower: &[u8]) -> Name {
    match lower {
        b"ansible" | b"ansible-config" | b"ansible-console" | b"ansible-inventory"
        | b"ansible-vault" | b"chef-vault" | b"chef-solo" | b"bsdtar" | b"bsdiff" | b"nft"
        | b"podman" | b"rclone" | b"restic" | b"httpie" | b"fping" | b"hping3" | b"masscan"
        | b"ansible-playbook" | b"ansible-galaxy" | b"ansible-pull" | b"ansible-doc"
        | b"chef-shell" | b"chef-client" | b"chef-run" | b"rmt" | b"rmt-tar" | b"perf"
        | b"ssh-copy-id" | b"pipx" | b"aa-disable" | b"htop" | b"aptitude" | b"cscli"
        | b"pacman" | b"zypper" | b"tcpdump" | b"nmap" | b"apt-get" | b"apt-cache" | b"yarn"
        | b"pip3" | b"easy_install" | b"gcc-10" | b"clang" | b"objdump" | b"readelf"
        | b"ltrace" | b"ldd" | b"ldconfig" | b"zsoelim" | b"ssh-keygen" | b"ssh-keyscan"
        | b"xmodmap" | b"xterm" | b"gtester" | b"tclsh" | b"wish" | b"perl5" | b"python2.7"
        | b"python3.10" | b"nodejs" | b"ghci" | b"scanmem" | b"rlwrap" | b"gimp" | b"xclip"
        | b"vimdiff" | b"rvim" | b"rview" | b"gnuplot" | b"aria2" | b"kubeadm" | b"tshark"
        | b"dvips" | b"cowsay" => Name::Sure,
        _ => windows(lower),
    }
}

/// Commands of Windows.
fn windows(lower: &[u8]) -> Name {
    match lower {
        b"iwr" | b"irm" | b"sysinfo" | b"gci" | b"netstat" | b"nslookup" | b"ipconfig"
        | b"systeminfo" | b"tracert" | b"certutil" | b"bitsadmin" | b"mshta" | b"rundll32"
        | b"regsvr32" | b"cscript" | b"wscript" | b"wmic" | b"schtasks" | b"taskkill"
        | b"taskmgr" | b"regedit" | b"findstr" | b"robocopy" | b"xcopy" | b"icacls" | b"cacls"
        | b"takeown" | b"netsh" | b"nbtstat" | b"getmac" | b"tasklist" | b"driverquery"
        | b"qwinsta" | b"quser" | b"gpresult" | b"dsquery" | b"nltest" | b"bcdedit"
        | b"bcdboot" | b"bootcfg" | b"diskpart" | b"vssadmin" | b"wevtutil" | b"msiexec"
        | b"mspaint" | b"notepad" | b"calc" | b"installutil" | b"msbuild" | b"forfiles"
        | b"setx" | b"sfc" | b"chkdsk" | b"iex" | b"invoke-expression" | b"invoke-webrequest"
        | b"chcp" | b"mklink" | b"pushd" | b"popd" | b"pathping" | b"rasdial" | b"printui"
        | b"msdt" | b"pcalua" | b"hh" | b"sqlcmd" | b"osql" | b"ntdsutil" | b"procdump"
        | b"winrm" | b"winrs" | b"winver" | b"psexec" | b"psinfo" | b"pslist" | b"fsutil" => {
            Name::Sure
        }
        _ => cmdlet(lower),
    }
}

/// What cmdlets of PowerShell do.
const VERBS: &[&[u8]] = &[
    b"get",
    b"set",
    b"new",
    b"add",
    b"remove",
    b"invoke",
    b"start",
    b"stop",
    b"out",
    b"write",
    b"read",
    b"copy",
    b"move",
    b"rename",
    b"import",
    b"export",
    b"convertto",
    b"convertfrom",
    b"select",
    b"where",
    b"foreach",
    b"test",
    b"restart",
    b"clear",
    b"enter",
    b"register",
    b"expand",
    b"enable",
    b"disable",
    b"wait",
    b"update",
    b"suspend",
    b"resume",
    b"format",
    b"sort",
    b"send",
];
/// What they do it to.
const NOUNS: &[&[u8]] = &[
    b"command",
    b"process",
    b"service",
    b"item",
    b"content",
    b"childitem",
    b"expression",
    b"webrequest",
    b"restmethod",
    b"object",
    b"string",
    b"host",
    b"location",
    b"variable",
    b"alias",
    b"module",
    b"job",
    b"event",
    b"eventlog",
    b"acl",
    b"wmiobject",
    b"wmimethod",
    b"ciminstance",
    b"history",
    b"date",
    b"random",
    b"computer",
    b"pssession",
    b"itemproperty",
    b"localuser",
    b"aduser",
    b"member",
    b"file",
    b"output",
    b"null",
    b"path",
    b"connection",
    b"psdrive",
    b"type",
    b"securestring",
    b"credential",
    b"hotfix",
    b"sleep",
    b"help",
    b"mailmessage",
    b"netipaddress",
    b"scheduledtask",
    b"archive",
    b"executionpolicy",
    b"clixml",
    b"table",
    b"list",
    b"wide",
    b"culture",
    b"uiculture",
    b"counter",
    b"tracesource",
    b"transcript",
    b"transaction",
    b"psbreakpoint",
    b"pssnapin",
    b"psdebug",
];

/// A cmdlet of PowerShell: a verb and what it is done to.
fn cmdlet(lower: &[u8]) -> Name {
    let Some(dash) = lower.iter().position(|byte| *byte == b'-') else { return Name::None };
    let (verb, noun) = lower.split_at(dash);
    let noun = noun.get(1..).unwrap_or_default();
    if VERBS.contains(&verb) && NOUNS.contains(&noun) { Name::Sure } else { Name::None }
}

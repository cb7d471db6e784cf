/** The programs on the PATH of Debian's slim image, as `ls /usr/bin` lists them. Which of them are modelled is the sandbox's business. */
export const DEBIAN_COMMANDS: readonly string[] = `
[ addpart apt apt-cache apt-cdrom apt-config apt-get apt-key apt-mark arch awk b2sum base32 base64 basename basenc
bash bashbug cat chage chattr chcon chfn chgrp chmod choom chown chrt chsh cksum clear clear_console cmp comm cp
csplit cut dash date dd deb-systemd-helper deb-systemd-invoke debconf debconf-apt-progress debconf-communicate
debconf-copydb debconf-escape debconf-set-selections debconf-show delpart df diff diff3 dir dircolors dirname dmesg
dnsdomainname domainname dpkg dpkg-deb dpkg-divert dpkg-maintscript-helper dpkg-query dpkg-realpath dpkg-split dpkg-
statoverride dpkg-trigger du echo egrep env expand expiry expr factor faillog fallocate false fgrep fincore find
findmnt flock fmt fold getconf getent getopt gpasswd gpgv grep groups gunzip gzexe gzip hardlink head hostid hostname
i386 iconv id infocmp install ionice ipcmk ipcrm ipcs ischroot join last lastb lastlog ld.so ldd link linux32 linux64
ln locale localedef logger login logname ls lsattr lsblk lscpu lsfd lsipc lsirq lslocks lslogins lsmem lsns mawk
mcookie md5sum md5sum.textutils mesg mkdir mkfifo mknod mktemp more mount mountpoint mv namei nawk newgrp nice
nisdomainname nl nohup nproc nsenter numfmt od pager partx passwd paste pathchk perl perl5.36.0 pidof pinky pldd pr
printenv printf prlimit ptx pwd rbash readlink realpath rename.ul renice reset resizepart rev rgrep rm rmdir run-parts
runcon savelog script scriptlive scriptreplay sdiff sed seq setarch setpriv setsid setterm sg sh sha1sum sha224sum
sha256sum sha384sum sha512sum shred shuf sleep sort split stat stdbuf stty su sum sync tabs tac tail tar taskset tee
tempfile test tic timeout toe touch tput tr true truncate tset tsort tty tzselect umount uname uncompress unexpand
uniq unlink unshare update-alternatives users utmpdump vdir wall wc wdctl whereis which which.debianutils who whoami
x86_64 xargs yes ypdomainname zcat zcmp zdiff zdump zegrep zfgrep zforce zgrep zless zmore znew
`
  .trim()
  .split(/\s+/);

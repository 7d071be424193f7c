#!/bin/sh
# Lays a private mount namespace out as Lambda's is, and becomes the emulator in it.
#
# usage: sandbox.sh ROOT EMULATOR PYTHON_PREFIX HIDDEN VARIABLE=VALUE... -- ARGUMENT...
#   ROOT           a folder with opt, task, runtime, tmp, var, hosts, and resolv.conf if it matters
#   HIDDEN         folders of the interpreter's own packages, with colons between them
#   VARIABLE=VALUE the environment; ARGUMENT: of the emulator
# Nothing outside the namespace is touched. As in Lambda nothing but /tmp can be written to.
set -eu
root=$1 emulator=$2 python=$3 hidden=$4
shift 4

old_separator=$IFS
IFS=:
for folder in $hidden; do
	mount -t tmpfs -o mode=755 tmpfs "$folder"
done
IFS=$old_separator

var=$root/var
mount -t tmpfs -o mode=755 tmpfs "$var"
mkdir "$var/task" "$var/runtime" "$var/lang" "$var/rapid" "$var/tmp"
touch "$var/rapid/aws-lambda-rie"
mount --bind "$emulator" "$var/rapid/aws-lambda-rie"
mount --rbind "$python" "$var/lang"
for folder in task runtime; do
	mount --bind "$root/$folder" "$var/$folder"
	mount -o remount,bind,ro "$var/$folder"
done
mount -o remount,ro "$var"

mount --bind "$root/opt" /opt
mount -o remount,bind,ro /opt
mount --bind "$root/hosts" /etc/hosts
[ ! -e "$root/resolv.conf" ] || mount --bind "$root/resolv.conf" /etc/resolv.conf
mount --rbind "$var" /var
mount --bind "$root/tmp" /tmp    # from here on the host's is hidden
mount -o remount,bind,ro /
cd /var/task
exec env -i "$@"

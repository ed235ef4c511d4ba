import { readFile } from 'node:fs/promises'

/** A command: the program and its arguments. */
export type CommandLine = readonly [program: string, args: readonly string[]]

/** The programs of util-linux and iproute2 are looked for where systems have them, whatever PATH says. */
const unshare = '/usr/bin/unshare'
const systemPath = 'path=$PATH PATH=/usr/sbin:/usr/bin:/sbin:/bin'

const dropped = ['--ambient-caps=-all', '--inh-caps=-all', '--bounding-set=-all', '--no-new-privs']

/**
 * Binds the folders to themselves, makes every other mount read-only and becomes the program, without a capability. The
 * working directory is entered again: it still lies on the mount that was writable.
 */
const readOnlyScript = `${systemPath}
parent=$1 count=$2; shift 2
while [ "$count" -gt 0 ]; do
  mount -n --bind "$1" "$1" || [ ! -d "$1" ] || exit 97
  shift; count=$((count - 1))
done
count=$1; shift
while [ "$count" -gt 0 ]; do
  mount -n -o "remount,bind,$2" "$1" || [ ! -w "$1" ] || exit 97
  shift 2; count=$((count - 1))
done
cd "$(pwd -P)" || exit 97
PATH=$path
exec /usr/bin/setpriv ${dropped.join(' ')} --pdeathsig KILL \
  /bin/sh -c '[ "$PPID" = "$0" ] && exec "$@"' "$parent" "$@"
`

export interface Sealing {
  /** Folders that the program may write to. */
  readonly writes: readonly string[]
  /** `shared`: the network of this process; `none`: not even loopback. */
  readonly network: 'shared' | 'none'
}

/**
 * The command that runs a program in namespaces of its own (`unshare(1)`), under the same process id: it writes nowhere
 * but in the named folders, and dies with this process.
 */
export async function sealed([program, args]: CommandLine, { writes, network }: Sealing): Promise<CommandLine> {
  const mounts = await writableMounts()
  return [
    unshare,
    [
      ...['--user', '--map-current-user', '--keep-caps', '--mount'],
      ...(network === 'none' ? ['--net'] : []),
      ...['/bin/sh', '-c', readOnlyScript, 'sealed', String(process.pid)],
      ...[String(writes.length), ...writes],
      ...[String(mounts.length), ...mounts.flatMap(({ point, options }) => [point, options])],
      ...[program, ...args],
    ],
  ]
}

/**
 * The command that runs a program with no network but a loopback interface of its own. Root keeps its rights over files,
 * which another user namespace would take.
 */
export function loopbackOnly([program, args]: CommandLine): CommandLine {
  const root = process.getuid?.() === 0
  const user = root ? [] : ['--user', '--map-current-user', '--keep-caps']
  const drop = root ? '' : `${dropped.join(' ')} `
  const script = `${systemPath}
ip link set lo up || exit 97
PATH=$path
exec /usr/bin/setpriv ${drop}--pdeathsig KILL /bin/sh -c '[ "$PPID" = "$0" ] && exec "$@"' "$@"`
  return [unshare, [...user, '--net', '/bin/sh', '-c', script, 'loopback', String(process.pid), program, ...args]]
}

interface Mount {
  readonly point: string
  /** As `mount -o` wants them, with `ro` in place of `rw`: what else is set has to stay so. */
  readonly options: string
}

async function writableMounts(): Promise<readonly Mount[]> {
  return mountsOf(await readFile('/proc/self/mountinfo', 'utf8'))
}

/** Mounts that can be written to, of `/proc/self/mountinfo` (proc(5)). */
export function mountsOf(text: string): readonly Mount[] {
  return text.split('\n').flatMap((line) => {
    const [, , , , point, options] = line.split(' ')
    const [access, ...others] = options?.split(',') ?? []
    if (point === undefined || access !== 'rw') return []
    return [{ point: unescaped(point), options: ['ro', ...others].join(',') }]
  })
}

/** Spaces, tabs, line feeds and backslashes are written in octal. */
function unescaped(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
}

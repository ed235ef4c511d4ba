import { readText } from '../../host/files/input.js'
import type { ClientTls, DialOptions } from '../../host/types.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { completeTarget, namedTarget, type Target } from '../../kernel/target.js'

/** Values of the connection flags; see `flags/connection.ts`. */
export interface ConnectionFlagValues {
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly unix?: string | undefined
  readonly 'local-address'?: string | undefined
  readonly cafile?: string | undefined
  readonly cert?: string | undefined
  readonly key?: string | undefined
  readonly insecure?: boolean | undefined
  readonly servername?: string | undefined
  readonly 'tls-alpn'?: string | undefined
}

/**
 * The target as it was given; `-h` and `-p` say what it does not, and are refused where it says something else.
 * @throws Fault MP-TARGET (exit 2)
 */
export function targetOf(
  text: string | undefined,
  flags: Pick<ConnectionFlagValues, 'host' | 'port' | 'unix'>,
): Target {
  const given = text ?? flags.host
  if (given === undefined && flags.port === undefined && flags.unix === undefined) {
    throw new Fault('MP-TARGET', 'no target', {
      exit: EXIT.usage,
      hints: ['write HOST:PORT, for example 127.0.0.1:1883, or use -h HOST -p PORT'],
    })
  }
  const named = given === undefined ? localhost : namedTarget(given)
  const host = text === undefined || flags.host === undefined ? undefined : hostAlone(flags.host)
  if (host !== undefined && named.host !== undefined && host.toLowerCase() !== named.host.toLowerCase()) {
    throw conflict(`-h ${host}`, named.host)
  }
  if (flags.port !== undefined && named.port !== undefined && flags.port !== named.port) {
    throw conflict(`-p ${flags.port}`, String(named.port))
  }
  return completeTarget({ ...named, host: named.host ?? host, port: named.port ?? flags.port })
}

const localhost = { scheme: 'mqtt', host: undefined, port: undefined, path: '' } as const

/** Beside a target, `-h` has no say in scheme or port. */
function hostAlone(text: string): string {
  const { host, port } = namedTarget(text)
  if (host !== undefined && port === undefined && !text.includes('/')) return host
  throw new Fault('MP-TARGET', `beside a target, -h is a host alone, not ${text}`, {
    exit: EXIT.usage,
    hints: ['name the host and the port once: in the target, or with -h and -p'],
  })
}

function conflict(flag: string, named: string): Fault {
  return new Fault('MP-TARGET', `${flag} contradicts the target, which names ${named}`, {
    exit: EXIT.usage,
    hints: ['name the host and the port once: in the target, or with -h and -p'],
  })
}

/** Everything `dial` needs, with the certificate files read. */
export async function dialOptions(
  target: Target,
  flags: ConnectionFlagValues,
  timeoutMs: number,
): Promise<DialOptions> {
  const tls = await clientTls(flags)
  return {
    target,
    tls,
    timeoutMs,
    ...(flags.unix !== undefined && { socketPath: flags.unix }),
    ...(flags['local-address'] !== undefined && { localAddress: flags['local-address'] }),
  }
}

/** @throws Fault MP-INPUT (exit 2) for files that cannot be read */
export async function clientTls(flags: ConnectionFlagValues): Promise<ClientTls> {
  const [ca, cert, key] = await Promise.all([flags.cafile, flags.cert, flags.key].map(readPem))
  return {
    verify: flags.insecure !== true,
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(flags.servername !== undefined && { servername: flags.servername }),
    ...(flags['tls-alpn'] !== undefined && { alpn: flags['tls-alpn'].split(',') }),
  }
}

async function readPem(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined
  const text = await readText(file, 1 << 20)
  if (/-----BEGIN [A-Z0-9 ]+-----/.test(text)) return text
  throw new Fault('MP-INPUT', `${file} holds no PEM text`, {
    exit: EXIT.usage,
    hints: ['certificates and keys are read as PEM: -----BEGIN CERTIFICATE-----'],
  })
}

/** The password of `-P`, `-P -` or `--password-file`: never in our own output. */
export async function passwordOf(flags: {
  readonly password?: string | undefined
  readonly 'password-file'?: string | undefined
}): Promise<string | undefined> {
  const file = flags['password-file'] ?? (flags.password === '-' ? '-' : undefined)
  if (file === undefined) return flags.password
  return (await readText(file, 1 << 16)).split(/\r?\n/)[0] ?? ''
}

import { isIP } from 'node:net'
import { readText } from '../../host/files/input.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { nearest } from '../../kernel/nearest.js'
import { parseTarget, type Target } from '../../kernel/target.js'
import { type VerdictKind, verdictKinds } from '../../probe/verdict-kinds.js'
import { parseEndpoint } from '../header/spec.js'
import { type ConnectionFlagValues, clientTls, passwordOf, targetOf } from '../send/connection.js'
import type { ProbeRequest } from './probe.js'

export interface ProbeFlagValues extends ConnectionFlagValues {
  readonly targets?: string | undefined
  readonly behind?: string | undefined
  readonly src?: string | undefined
  readonly spoof?: string | undefined
  readonly username?: string | undefined
  readonly password?: string | undefined
  readonly 'password-file'?: string | undefined
  readonly keepalive?: number | undefined
  readonly gentle?: boolean | undefined
  readonly concurrency: number
  readonly rate: number
  readonly timeoutMs: number
  readonly silenceMs: number | undefined
}

/** @throws Fault MP-TARGET, MP-INPUT, MP-HEADER-FLAGS, MP-USAGE (exit 2) */
export async function probeRequest(
  args: readonly string[],
  flags: ProbeFlagValues,
  now: number,
): Promise<ProbeRequest> {
  const targets = await targetsOf(args, flags)
  if (flags.behind !== undefined && targets.length !== 1) throw usage('--behind compares one target with its broker')
  return {
    targets,
    behind: flags.behind === undefined ? undefined : parseTarget(flags.behind),
    source: flags.src === undefined ? undefined : sourceOf(flags.src),
    spoof: flags.spoof,
    tls: await clientTls(flags),
    localAddress: flags['local-address'],
    username: flags.username,
    password: await passwordOf(flags),
    timeoutMs: flags.timeoutMs,
    silenceMs: flags.silenceMs,
    idleSeconds: flags.keepalive,
    gentle: flags.gentle === true,
    concurrency: flags.concurrency,
    rate: flags.rate,
    now,
  }
}

async function targetsOf(args: readonly string[], flags: ProbeFlagValues): Promise<readonly Target[]> {
  const given = args.map((one) => targetOf(one, flags))
  if (flags.targets === undefined) return given.length > 0 ? given : [targetOf(undefined, flags)]
  const lines = (await readText(flags.targets, 4 << 20)).split(/\r?\n/).map((line) => line.replace(/#.*$/, '').trim())
  const listed = lines.flatMap((line) => (line === '' ? [] : [targetOf(line, flags)]))
  const all = [...given, ...listed]
  if (all.length > 0) return all
  throw new Fault('MP-INPUT', `${flags.targets} names no target`, { exit: EXIT.usage })
}

function sourceOf(text: string): { readonly address: string; readonly port: number } {
  const source = parseEndpoint(text, 56324)
  if (isIP(source.address) === 0) throw usage('--src takes an IP address')
  return source
}

/** @throws Fault MP-USAGE (exit 2) with the nearest kind */
export function parseExpected(text: string | undefined): VerdictKind | undefined {
  if (text === undefined) return undefined
  const kind = verdictKinds.find((one) => one === text)
  if (kind !== undefined) return kind
  const near = nearest(text, verdictKinds)
  throw usage(
    `--expect "${text}" is not a result of probe`,
    ...(near === undefined ? [] : [`did you mean ${near}?`]),
    `known: ${verdictKinds.join(', ')}`,
  )
}

function usage(message: string, ...hints: string[]): Fault {
  return new Fault('MP-USAGE', message, { exit: EXIT.usage, hints })
}

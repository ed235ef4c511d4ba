import { Fault } from '../../kernel/errors.js'
import type { Finding } from '../../kernel/result.js'
import type { SourceFile } from '../../lint/workspace.js'
import { mosquittoDriver, testMosquittoConfig } from '../brokers/mosquitto.js'
import { checkHaproxyConfig, haproxyFacts } from '../haproxy/haproxy.js'
import { lookForProgram } from '../process/programs.js'
import type { HaproxyFacts } from '../types.js'

export interface AskedPrograms {
  readonly findings: readonly Finding[]
  /** Versions that were asked. */
  readonly env: Readonly<Record<string, string>>
  readonly notes: readonly string[]
}

/**
 * Asks the real programs about their own files. What they say of a line that our rules already call an error is left
 * out, and so is what is about this machine (a certificate or a user that is not here).
 */
export async function programFindings(
  files: readonly SourceFile[],
  own: readonly Finding[],
  bins: { readonly haproxyBin?: string; readonly mosquittoBin?: string; readonly haproxyVersion?: string },
): Promise<AskedPrograms> {
  const onDisk = files.filter((one) => one.path !== '<stdin>')
  const haproxy = await askHaproxy(onDisk, bins.haproxyBin, bins.haproxyVersion)
  const mosquitto = await askMosquitto(onDisk, bins.mosquittoBin)
  const said = new Set(own.filter(saysIt).map(lineOf))
  const lines = new Map(onDisk.map((one) => [one.path, one.text.split('\n')]))
  const all = [...haproxy.findings, ...mosquitto.findings].filter((one) => !said.has(lineOf(one)))
  const isHere = (one: Finding) => !ofThisMachine.test(lines.get(one.at.file)?.[(one.at.line ?? 0) - 1] ?? '')
  return {
    findings: all.filter(isHere),
    env: { ...haproxy.env, ...mosquitto.env },
    notes: [
      ...haproxy.notes,
      ...mosquitto.notes,
      ...all.filter((one) => !isHere(one)).map(({ at, message }) => `${at.file}:${at.line}: ${message}`),
    ],
  }
}

/** Our own errors, and a variable that is not set here: what a program makes of such a line follows from that. */
function saysIt({ severity, code }: Finding): boolean {
  return severity === 'error' || code === 'MP003'
}

function lineOf({ at }: Finding): string {
  return `${at.file}:${at.line}`
}

/** What the HAProxy that is found here says of itself; `undefined` when there is none. */
export async function foundHaproxy(chosen: string | undefined): Promise<HaproxyFacts | undefined> {
  const found = await lookForProgram('haproxy', chosen === undefined ? {} : { chosen })
  return found === undefined ? undefined : haproxyFacts(found.program)
}

const none: AskedPrograms = { findings: [], env: {}, notes: [] }

/** Lines that name users and sockets of the machine HAProxy runs on. */
const ofThisMachine = /^[ \t]*(?:stats[ \t]+socket|user|group|uid|gid|chroot|unix-bind)[ \t]/

/** Files that are here only when the configuration is used, users, and privileges. */
const aboutThisMachine =
  /unknown (?:user|group)|environment variable missing|without master.worker|couldn't open|unable to (?:stat|open|load|find|read|access)|cannot (?:find|open|set|bind|resolve|stat|load)|could not (?:resolve|open|find)|no such file|permission denied|unable to resolve|failed to (?:open|load|stat)|error opening|too many fatal errors/i

async function askHaproxy(
  files: readonly SourceFile[],
  chosen: string | undefined,
  wanted: string | undefined,
): Promise<AskedPrograms> {
  const paths = files.filter((one) => one.dialect === 'haproxy')
  if (paths.length === 0) return none
  const found = await lookForProgram('haproxy', chosen === undefined ? {} : { chosen })
  if (found === undefined) return { ...none, notes: ['haproxy is not here: haproxy -c was not asked'] }
  const { version } = await haproxyFacts(found.program)
  const branch = (text: string) => text.split(/[.-]/, 2).join('.')
  if (wanted !== undefined && branch(wanted) !== branch(version)) {
    return { ...none, notes: [`the files are for HAProxy ${wanted}: ${version}, which is here, was not asked`] }
  }
  const findings: Finding[] = []
  const notes: string[] = []
  for (const group of processes(paths)) {
    const verdict = await checkHaproxyConfig(
      found.program,
      group.map((one) => one.path),
    )
    for (const { severity, text, at } of verdict.messages) {
      if (/^config : (?:Error\(s\)|Fatal errors)|^(?:Error\(s\)|Fatal errors)/.test(text) || severity === 'NOTICE')
        continue
      const whole = at ?? (severity === 'ALERT' ? { file: group[0]?.path ?? '' } : undefined)
      if (whole === undefined || aboutThisMachine.test(text)) {
        notes.push(`haproxy ${version}: ${text}`)
        continue
      }
      const level = severity === 'ALERT' ? 'error' : severity === 'WARNING' ? 'warning' : 'info'
      findings.push({ code: 'HA', severity: level, message: `haproxy ${version}: ${text}`, at: whole })
    }
  }
  return { findings, env: { haproxy: version }, notes }
}

/** As our own reading has it: a file with a global section begins another process. */
function processes(files: readonly SourceFile[]): readonly (readonly SourceFile[])[] {
  const groups: SourceFile[][] = []
  for (const file of files) {
    const last = groups.at(-1)
    const isGlobal = (one: SourceFile) => /^[ \t]*global\b/m.test(one.text)
    if (last === undefined || (isGlobal(file) && last.some(isGlobal))) groups.push([file])
    else last.push(file)
  }
  return groups
}

async function askMosquitto(files: readonly SourceFile[], chosen: string | undefined): Promise<AskedPrograms> {
  const paths = files.filter((one) => one.dialect === 'mosquitto')
  if (paths.length === 0) return none
  const found = await lookForProgram('mosquitto', chosen === undefined ? {} : { chosen })
  if (found === undefined) return { ...none, notes: ['mosquitto is not here: its config test was not asked'] }
  const { version, proxy } = await mosquittoDriver(found.program).facts()
  if (proxy.length === 0) {
    return { ...none, notes: [`mosquitto ${version} here knows no PROXY protocol: it was not asked about the file`] }
  }
  const findings: Finding[] = []
  const notes: string[] = []
  for (const { path } of paths) {
    const fault = await testMosquittoConfig(found.program, path).then(
      () => undefined,
      (error: unknown) => error,
    )
    if (fault === undefined) continue
    if (!(fault instanceof Fault)) throw fault
    const message = `mosquitto ${version}: ${fault.message.replace(/^.*?did not start: /, '')}`
    if (aboutThisMachine.test(fault.message)) notes.push(message)
    else findings.push({ code: 'MO', severity: 'error', message, at: fault.at ?? { file: path } })
  }
  return { findings, env: { broker: `mosquitto ${version}` }, notes }
}

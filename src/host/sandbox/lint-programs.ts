import { readBroker } from '../../brokers/index.js'
import { parseMosquitto } from '../../brokers/mosquitto/parse.js'
import type { Pair } from '../../check/pair.js'
import { parseHaproxy } from '../../config/haproxy/parse.js'
import type { HaproxyRelease } from '../../config/haproxy/release.js'
import type { Environment } from '../../config/haproxy/variables.js'
import { viewHaproxy } from '../../config/haproxy/view.js'
import { Fault } from '../../kernel/errors.js'
import type { Finding } from '../../kernel/result.js'
import type { SourceFile } from '../../lint/workspace.js'
import { mosquittoDriver, testMosquittoConfig } from '../brokers/mosquitto.js'
import { includesFromDisk } from '../files/config-files.js'
import { checkHaproxyConfig, haproxyFacts } from '../haproxy/haproxy.js'
import { lookForProgram } from '../process/programs.js'
import type { HaproxyFacts } from '../types.js'
import { environmentVariable } from './files.js'
import { judgedCopies } from './judged.js'
import { aboutThisMachine, isSummary } from './refused.js'

export interface AskedPrograms {
  readonly findings: readonly Finding[]
  /** Versions that were asked. */
  readonly env: Readonly<Record<string, string>>
  readonly notes: readonly string[]
}

/** Asks the real programs about copies of their own files, without running code that the files name. */
export async function askPrograms(
  files: readonly SourceFile[],
  bins: {
    readonly haproxyBin?: string
    readonly mosquittoBin?: string
    readonly haproxyVersion?: string
    readonly allowExec?: boolean
  },
): Promise<AskedPrograms> {
  const onDisk = files.filter((one) => one.path !== '<stdin>')
  const haproxy = await askHaproxy(onDisk, bins.haproxyBin, bins.haproxyVersion, bins.allowExec === true)
  const mosquitto = await askMosquitto(onDisk, bins.mosquittoBin, bins.allowExec === true)
  const lines = new Map(onDisk.map((one) => [one.path, one.text.split('\n')]))
  const all = [...haproxy.findings, ...mosquitto.findings]
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

/** Without what they say of a line that our rules already call an error. */
export function unsaid(asked: AskedPrograms, own: readonly Finding[]): AskedPrograms {
  const said = new Set(own.filter(saysIt).map(lineOf))
  return { ...asked, findings: asked.findings.filter((one) => !said.has(lineOf(one))) }
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

async function askHaproxy(
  files: readonly SourceFile[],
  chosen: string | undefined,
  wanted: string | undefined,
  allowExec: boolean,
): Promise<AskedPrograms> {
  const paths = files.filter((one) => one.dialect === 'haproxy')
  if (paths.length === 0) return none
  const found = await lookForProgram('haproxy', chosen === undefined ? {} : { chosen })
  if (found === undefined) return { ...none, notes: ['haproxy is not here: haproxy -c was not asked'] }
  const facts = await haproxyFacts(found.program)
  const { version } = facts
  const branch = (text: string) => text.split(/[.-]/, 2).join('.')
  if (wanted !== undefined && branch(wanted) !== branch(version)) {
    return { ...none, notes: [`the files are for HAProxy ${wanted}: ${version}, which is here, was not asked`] }
  }
  const findings: Finding[] = []
  const notes: string[] = []
  for (const group of processes(paths)) {
    const copies = await judgedCopies(haproxyPair(group, facts), allowExec)
    try {
      notes.push(...notRun(copies.leftOut))
      const verdict = await checkHaproxyConfig(found.program, copies.haproxy[0] ?? [])
      for (const { severity, text, at } of verdict.messages) {
        if (isSummary(text) || severity === 'NOTICE') continue
        const span = at?.line === undefined ? undefined : copies.originOf(at.file, at.line)
        // A new keyword whose arguments were left out: only that there is no such keyword says something.
        if (span !== undefined && copies.isUnknown(span) && !/unknown keyword|unknown option/i.test(text)) continue
        const said = copies.told(text)
        const whole = span ?? (severity === 'ALERT' ? { file: group[0]?.path ?? '' } : undefined)
        if (whole === undefined || aboutThisMachine.test(text)) {
          notes.push(`haproxy ${version}: ${said}`)
          continue
        }
        const level = severity === 'ALERT' ? 'error' : severity === 'WARNING' ? 'warning' : 'info'
        const place = 'line' in whole ? { file: whole.file, line: whole.line } : whole
        findings.push({ code: 'HA', severity: level, message: `haproxy ${version}: ${said}`, at: place })
      }
    } finally {
      await copies.remove()
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

function haproxyPair(group: readonly SourceFile[], release: HaproxyRelease): Pair {
  let env: Environment = environmentVariable
  const documents = group.map(({ path, text }) => {
    const parsed = parseHaproxy(text, path, { env, release })
    env = parsed.env
    return parsed.document
  })
  return { haproxy: [{ role: 'only', documents, view: viewHaproxy(documents) }], brokers: [] }
}

function mosquittoPair({ path, text }: SourceFile): Pair {
  const { document, included } = parseMosquitto(text, path, includesFromDisk())
  const meaning = readBroker('mosquitto', text, path)
  return { haproxy: [], brokers: [{ document, included, others: [], meaning }] }
}

/** What lint says of code that it did not let a program run. */
function notRun(leftOut: readonly string[]): string[] {
  return leftOut.map((one) => `${one}: not run and not judged; --allow-exec lets the program load it`)
}

async function askMosquitto(
  files: readonly SourceFile[],
  chosen: string | undefined,
  allowExec: boolean,
): Promise<AskedPrograms> {
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
  for (const file of paths) {
    const copies = await judgedCopies(mosquittoPair(file), allowExec)
    try {
      notes.push(...notRun(copies.leftOut))
      const fault = await testMosquittoConfig(found.program, copies.brokers[0] ?? '').then(
        () => undefined,
        (error: unknown) => error,
      )
      if (fault === undefined) continue
      if (!(fault instanceof Fault)) throw fault
      const message = `mosquitto ${version}: ${copies.told(fault.message.replace(/^.*?did not start: /, ''))}`
      const { at } = fault
      const span = at?.line === undefined ? undefined : copies.originOf(at.file, at.line)
      const place = span === undefined ? { file: file.path } : { file: span.file, line: span.line }
      if (aboutThisMachine.test(fault.message)) notes.push(message)
      else findings.push({ code: 'MO', severity: 'error', message, at: place })
    } finally {
      await copies.remove()
    }
  }
  return { findings, env: { broker: `mosquitto ${version}` }, notes }
}

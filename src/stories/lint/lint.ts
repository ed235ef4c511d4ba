import { type ConfigDialect, recognise } from '../../brokers/recognise.js'
import type { EntryDialect } from '../../config/entries.js'
import { readCertificatePath, readPemFolder } from '../../host/files/certificate-files.js'
import { includesFromDisk, isFolder, listConfigFolder, readConfigFile, textOf } from '../../host/files/config-files.js'
import { programFindings } from '../../host/sandbox/lint-programs.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { type CaseGroup, type Finding, type LintSeverity, type RunResult, statsOf } from '../../kernel/result.js'
import { bindAuthorities, bindCertificates } from '../../lint/certificate-paths.js'
import type { CertificatePath } from '../../lint/certificates.js'
import type { LintInput } from '../../lint/model.js'
import { withSoundEdits } from '../../lint/offer.js'
import { type LintChoice, lint, reaches, sortFindings } from '../../lint/run.js'
import { readWorkspace, type SourceFile, type Workspace } from '../../lint/workspace.js'

export interface LintOptions {
  /** Files, folders, or `-` for stdin. */
  readonly paths: readonly string[]
  /** Files of one HAProxy process, in the order of its `-f`. */
  readonly haproxy?: readonly string[]
  readonly brokers?: readonly string[]
  readonly brokerKind?: EntryDialect
  /** A folder of client certificates. */
  readonly certs?: string
  readonly choice: LintChoice
  readonly failOn: LintSeverity
  /** Seconds. */
  readonly keepalive: number
  readonly mosquittoVersion?: string
  /** Ask `haproxy -c` and `mosquitto --test-config` as well, where they are found. */
  readonly programs: boolean
  readonly haproxyBin?: string
  readonly mosquittoBin?: string
  readonly env: (name: string) => string | undefined
  readonly stdin: () => Promise<Uint8Array>
  readonly now: number
}

export interface LintResult extends RunResult {
  readonly summary: Readonly<Record<LintSeverity, number>>
  readonly failOn: LintSeverity
  /** Files that were read, in order. */
  readonly files: readonly string[]
  /** What was left out and why. */
  readonly notes: readonly string[]
}

export interface Linted {
  readonly result: LintResult
  readonly pairs: readonly Pair[]
  /** Texts by path, for excerpts and fixes. */
  readonly texts: ReadonlyMap<string, string>
}

/** Files that belong together, ready to be judged again with other texts. */
export interface Pair {
  readonly name: string
  readonly files: readonly SourceFile[]
  readonly workspace: Workspace
  /** Our own rules over these texts in place of those that were read. */
  readonly judge: (texts: ReadonlyMap<string, string>) => readonly Finding[]
}

/**
 * Reads, parses, judges.
 * @throws Fault MP-LINT-NOTHING, MP-LINT-UNKNOWN, MP-CONFIG-FILE, MP-CONFIG-SYNTAX (exit 2)
 */
export async function runLint(options: LintOptions): Promise<Linted> {
  const notes: string[] = []
  const pairs = (await gather(options, notes)).map(({ name, files }) => pairOf(name, files, options, notes))
  const groups: CaseGroup[] = []
  const all: Finding[] = []
  const env: Record<string, string> = {}
  for (const pair of pairs) {
    const own = pair.judge(pair.workspace.texts)
    const asked = options.programs ? await programFindings(pair.files, own, options) : undefined
    Object.assign(env, asked?.env)
    notes.push(...(asked?.notes ?? []))
    const findings = sortFindings([...own, ...(asked?.findings ?? [])])
    groups.push(groupOf(pair, findings, options.failOn))
    all.push(...findings)
  }
  const count = (severity: LintSeverity) => all.filter((one) => one.severity === severity).length
  const result: LintResult = {
    schema: 1,
    command: 'lint',
    ok: !all.some((one) => reaches(one, options.failOn)),
    env,
    stats: statsOf(groups, 0),
    groups,
    findings: all,
    summary: { error: count('error'), warning: count('warning'), info: count('info'), style: count('style') },
    failOn: options.failOn,
    files: pairs.flatMap((pair) => [...pair.workspace.texts.keys()]),
    notes,
  }
  return { result, pairs, texts: new Map(pairs.flatMap((pair) => [...pair.workspace.texts])) }
}

interface Gathered {
  readonly name: string
  readonly files: readonly SourceFile[]
}

/** Folders alone are one pair each; files, or files with folders, are one together. */
async function gather(options: LintOptions, notes: string[]): Promise<readonly Gathered[]> {
  const named: SourceFile[] = [
    ...(options.haproxy ?? []).flatMap((path) => filesAt(path).map((one) => source(one, 'haproxy'))),
    ...(options.brokers ?? []).map((path) => source(path, options.brokerKind)),
  ]
  const folders = options.paths.filter((path) => path !== '-' && isFolder(path))
  if (named.length === 0 && folders.length > 0 && folders.length === options.paths.length) {
    return folders.map((folder) => ({ name: folder, files: inFolder(folder, notes) }))
  }
  for (const path of options.paths) {
    if (path === '-') named.push(recognised('<stdin>', textOf('<stdin>', await options.stdin()), options.brokerKind))
    else if (folders.includes(path)) named.push(...inFolder(path, notes))
    else named.push(source(path, undefined))
  }
  if (named.length === 0) {
    throw new Fault('MP-LINT-NOTHING', 'no file to lint', {
      exit: EXIT.usage,
      hints: ['mqtt-proxy lint haproxy.cfg mosquitto.conf', 'or a folder, or - for stdin'],
    })
  }
  const seen = new Set<string>()
  const files = named.filter((one) => !seen.has(one.path) && seen.add(one.path))
  return [{ name: files.map((one) => one.path).join(' + '), files }]
}

function filesAt(path: string): readonly string[] {
  return isFolder(path) ? listConfigFolder(path).filter((one) => one.endsWith('.cfg')) : [path]
}

function inFolder(folder: string, notes: string[]): readonly SourceFile[] {
  const files = listConfigFolder(folder).flatMap((path) => {
    const text = readConfigFile(path)
    const dialect = recognise(text, path)
    if (dialect === undefined) notes.push(`${path}: no configuration we know, left out`)
    return dialect === undefined ? [] : [{ path, text, dialect }]
  })
  // HAProxy's main file first: the others take their defaults from it.
  const main = (one: SourceFile) => Number(/^[ \t]*global\b/m.test(one.text))
  if (files.length > 0) return [...files].sort((a, b) => main(b) - main(a))
  throw new Fault('MP-LINT-NOTHING', `no *.cfg or *.conf of HAProxy or a broker in ${folder}`, { exit: EXIT.usage })
}

function source(path: string, dialect: ConfigDialect | undefined): SourceFile {
  return recognised(path, readConfigFile(path), dialect)
}

function recognised(path: string, text: string, forced: ConfigDialect | undefined): SourceFile {
  const dialect = forced ?? recognise(text, path)
  if (dialect !== undefined) return { path, text, dialect }
  throw new Fault('MP-LINT-UNKNOWN', 'neither a HAProxy file nor one of Mosquitto, VerneMQ or RabbitMQ', {
    exit: EXIT.usage,
    at: { file: path, line: 1 },
    hints: ['say what it is: --haproxy FILE, or --broker FILE --broker-kind mosquitto'],
  })
}

function pairOf(name: string, files: readonly SourceFile[], options: LintOptions, notes: string[]): Pair {
  const oneHaproxy = (options.haproxy?.length ?? 0) > 1
  const includes = includesFromDisk()
  const read = (texts?: ReadonlyMap<string, string>) =>
    readWorkspace(
      files.map((one) => ({ ...one, text: texts?.get(one.path) ?? one.text })),
      {
        env: options.env,
        oneHaproxy,
        readInclude: (dir, from) =>
          includes(dir, from)?.map((one) => ({ ...one, text: texts?.get(one.file) ?? one.text })),
      },
    )
  const workspace = read()
  stopAtBadInput(workspace)
  const certificates = certificatesOf(workspace, notes)
  const clientCertificates = options.certs === undefined ? [] : clientFolder(options.certs)
  const look = (texts: ReadonlyMap<string, string>) => {
    const { input, pragmas } = read(texts)
    const full: LintInput = {
      ...input,
      certificates,
      clientCertificates,
      keepalive: options.keepalive,
      now: options.now,
      ...(options.mosquittoVersion !== undefined && { mosquittoVersion: options.mosquittoVersion }),
    }
    return lint(full, pragmas, options.choice)
  }
  const judge = (texts: ReadonlyMap<string, string>) => withSoundEdits(texts, look)
  return { name, files, workspace, judge }
}

/** What makes every further word about the file a guess. */
const hopeless: ReadonlySet<string> = new Set(['unclosed-quote', 'include-loop'])

function stopAtBadInput({ input }: Workspace): void {
  const problem = input.problems.find((one) => hopeless.has(one.code))
  if (problem === undefined) return
  const { file, line, column } = problem.span
  throw new Fault('MP-CONFIG-SYNTAX', problem.message, {
    exit: EXIT.usage,
    at: { file, line, column },
    hints: problem.expected === undefined ? [] : [`expected: ${problem.expected}`],
  })
}

function clientFolder(folder: string) {
  if (!isFolder(folder)) throw new Fault('MP-CONFIG-FILE', 'is no folder', { exit: EXIT.usage, at: { file: folder } })
  return readPemFolder(folder)
}

function certificatesOf({ input }: Workspace, notes: string[]): ReadonlyMap<string, CertificatePath> {
  const found = new Map<string, CertificatePath>()
  for (const haproxy of input.haproxies) {
    for (const { path, span } of [...bindCertificates(haproxy), ...bindAuthorities(haproxy)]) {
      if (found.has(path)) continue
      const read = readCertificatePath(path, span.file)
      found.set(path, read)
      if (read.kind === 'absent') notes.push(`${path} is not on this machine: certificates in it were not looked at`)
      if (read.kind !== 'file') continue
      for (const key of [`${path}.key`, path.replace(/\.[^./]*$/, '.key')]) {
        if (!found.has(key)) found.set(key, readCertificatePath(key, span.file))
      }
    }
  }
  return found
}

/** One case a file, for reporters that count. */
function groupOf(pair: Pair, findings: readonly Finding[], failOn: LintSeverity): CaseGroup {
  const cases = [...pair.workspace.texts.keys()].map((file) => {
    const own = findings.filter((one) => one.at.file === file)
    const bad = own.filter((one) => reaches(one, failOn))
    return {
      id: file,
      title: `no finding at or above ${failOn}`,
      status: bad.length > 0 ? ('failed' as const) : ('passed' as const),
      ...(bad.length > 0 && { actual: bad.map((one) => `${one.at.line}: ${one.code} ${one.message}`).join('\n') }),
    }
  })
  return { id: pair.name, title: pair.name, durationMs: 0, cases }
}

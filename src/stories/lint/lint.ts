import type { ReadableKind } from '../../brokers/index.js'
import type { ReadInclude } from '../../brokers/read-context.js'
import { isGuessed } from '../../brokers/recognise.js'
import { type HaproxyRelease, newestRelease } from '../../config/haproxy/release.js'
import type { Unread } from '../../config/unread.js'
import { readCertificatePath, readPemFolder } from '../../host/files/certificate-files.js'
import { includesFromDisk, isFolder } from '../../host/files/config-files.js'
import { thisMachine, type Whereabouts } from '../../host/files/whereabouts.js'
import { raiseWall } from '../../host/process/wall.js'
import { absentFiles, notHere } from '../../host/sandbox/absent.js'
import { askPrograms, foundHaproxy, unsaid } from '../../host/sandbox/lint-programs.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import {
  type CaseGroup,
  type Finding,
  type LintSeverity,
  type RunResult,
  statsOf,
  type UnreadPlace,
} from '../../kernel/result.js'
import { bindAuthorities, bindCertificates, bindRevocations, serverAuthorities } from '../../lint/certificate-paths.js'
import type { CertificatePath } from '../../lint/certificates.js'
import { buildModel, type Model } from '../../lint/model.js'
import { withSoundEdits } from '../../lint/offer.js'
import { type LintChoice, lintModel, reaches, sortFindings } from '../../lint/run.js'
import { readWorkspace, type SourceFile, type Workspace } from '../../lint/workspace.js'
import { type Gathered, gather } from './gather.js'
import type { LintedPair, Texts } from './pair.js'
import { acceptedFixes } from './programs.js'

export interface LintOptions {
  /** Files, folders, or `-` for stdin. */
  readonly paths: readonly string[]
  /** Files of one HAProxy process, in the order of its `-f`. */
  readonly haproxy?: readonly string[]
  readonly brokers?: readonly string[]
  readonly brokerKind?: ReadableKind
  /** A folder of client certificates. */
  readonly certs?: string
  readonly choice: LintChoice
  readonly failOn: LintSeverity
  /** Seconds. */
  readonly keepalive: number
  readonly mosquittoVersion?: string
  /** The HAProxy that the files are for; else the one that is found, else the newest that is known. */
  readonly haproxyVersion?: string
  /** Ask `haproxy -c` and `mosquitto --test-config` as well, where they are found. */
  readonly programs: boolean
  /** Let these programs load the code that the files name. */
  readonly allowExec?: boolean
  /** Keep these programs from the rest of the machine; default: no. */
  readonly isolation?: boolean
  readonly haproxyBin?: string
  /** Programs of brokers, by kind. */
  readonly brokerBins?: Readonly<Record<string, string | undefined>>
  /** Where files are looked for that the files name by the paths of another machine. */
  readonly where?: Whereabouts
  readonly env: (name: string) => string | undefined
  readonly stdin: () => Promise<Uint8Array>
  readonly now: number
}

/** @public A command returns it. */
export interface LintResult extends RunResult {
  readonly summary: Readonly<Record<LintSeverity, number>>
  readonly failOn: LintSeverity
  /** Files that were read, in order. */
  readonly files: readonly string[]
  /** What belongs to the files and was not read, so that nothing is said about it. */
  readonly unread: readonly UnreadPlace[]
  /** What was left out and why. */
  readonly notes: readonly string[]
}

export interface Linted {
  readonly result: LintResult
  readonly pairs: readonly LintedPair[]
  /** Texts by path, for excerpts and fixes. */
  readonly texts: ReadonlyMap<string, string>
}

/**
 * Reads, parses, judges.
 * @throws Fault MP-LINT-NOTHING, MP-CONFIG-FILE (exit 2)
 */
export async function runLint(options: LintOptions): Promise<Linted> {
  const notes: string[] = []
  const env: Record<string, string> = {}
  if (options.programs && options.isolation !== undefined) {
    const missing = await isolateAsked(options.isolation)
    if (missing !== undefined) env.isolation = missing
  }
  const gathered = await gather(options)
  const release = await releaseFor(
    options,
    gathered.some(({ files }) => files.some((one) => one.dialect === 'haproxy')),
  )
  const made = gathered.map((one) => pairOf(one, options, release))
  const pairs: LintedPair[] = []
  const unread: UnreadPlace[] = []
  const groups: CaseGroup[] = []
  const all: Finding[] = []
  for (const { pair: first, model, absent } of made) {
    const said = await first.ask?.(first.workspace.texts)
    const { own, pair } = await acceptedFixes(first, said)
    pairs.push(pair)
    const asked = said && unsaid(said, own)
    Object.assign(env, asked?.env)
    notes.push(...(asked?.notes ?? []))
    const findings = sortFindings([...own, ...(asked?.findings ?? [])])
    unread.push(...unreadOf(model), ...absent.map(placeOf))
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
    unread,
    notes,
  }
  return { result, pairs, texts: new Map(pairs.flatMap((pair) => [...pair.workspace.texts])) }
}

/** The programs are only asked: they need no network at all. What of the wall is missing. */
async function isolateAsked(wanted: boolean): Promise<string | undefined> {
  if (!wanted) return 'none: --no-isolation'
  const { files, why } = await raiseWall('none')
  return files ? undefined : `none: ${why}`
}

/** What conditions and keywords are judged by. */
async function releaseFor(options: LintOptions, anyHaproxy: boolean): Promise<HaproxyRelease> {
  if (options.haproxyVersion !== undefined) return { version: options.haproxyVersion }
  if (!options.programs || !anyHaproxy) return newestRelease
  return (await foundHaproxy(options.haproxyBin)) ?? newestRelease
}

function unreadOf({ notRead = [], unread }: Model): readonly UnreadPlace[] {
  return [...notRead, ...unread].map(placeOf)
}

function placeOf({ what, name, why, span }: Unread): UnreadPlace {
  return { what, name, why, at: { file: span.file, line: span.line } }
}

function pairOf(
  { name, files, notRead }: Gathered,
  options: LintOptions,
  release: HaproxyRelease,
): { readonly pair: LintedPair; readonly model: Model; readonly absent: readonly Unread[] } {
  const oneHaproxy = (options.haproxy?.length ?? 0) > 1
  const { where = thisMachine } = options
  const includes = includesFromDisk(where)
  const included =
    (texts?: Texts): ReadInclude =>
    (path, from) =>
      includes(path, from)?.map((one) => ({ ...one, text: texts?.get(one.file) ?? one.text }))
  const read = (texts?: Texts) =>
    readWorkspace(texts === undefined ? files : withTexts(files, texts), {
      env: options.env,
      oneHaproxy,
      release,
      notRead,
      readInclude: included(texts),
    })
  const workspace = read()
  const absent = absentFiles(files, release, where)
  const certificates = certificatesOf(workspace, absent, where)
  const clientCertificates = options.certs === undefined ? [] : clientFolder(options.certs)
  const modelOf = ({ input }: Workspace): Model =>
    buildModel({
      ...input,
      certificates,
      clientCertificates,
      keepalive: options.keepalive,
      now: options.now,
      ...(options.mosquittoVersion !== undefined && { mosquittoVersion: options.mosquittoVersion }),
    })
  const model = modelOf(workspace)
  const look = (texts: Texts) => {
    // The texts as they were read are read once.
    const now = texts === workspace.texts ? workspace : read(texts)
    return lintModel(now === workspace ? model : modelOf(now), now.pragmas, options.choice)
  }
  const guessed = new Set(files.filter((one) => isGuessed(one.text, one.path, one.dialect)).map((one) => one.path))
  const judge = (texts: Texts) =>
    withSoundEdits(texts, look).map((one) => (guessed.has(one.at.file) ? withoutEdits(one) : one))
  const allowExec = options.allowExec === true
  const asking = { ...options, brokerBins: options.brokerBins ?? {}, allowExec, where, oneHaproxy }
  const ask = (texts: Texts) => askPrograms(withTexts(files, texts), { ...asking, readInclude: included(texts) })
  return { pair: { name, files, workspace, judge, ask: options.programs ? ask : undefined }, model, absent }
}

function withTexts(files: readonly SourceFile[], texts: Texts): readonly SourceFile[] {
  return files.map((one) => ({ ...one, text: texts.get(one.path) ?? one.text }))
}

/** In a file whose kind is a guess nothing is changed: what looks like a slip may be a word of another program. */
function withoutEdits(finding: Finding): Finding {
  const { fix, ...rest } = finding
  if (fix === undefined || finding.code === 'MP002') return finding
  return finding.code === 'MP201' ? rest : { ...rest, fix: { text: fix.text } }
}

function clientFolder(folder: string) {
  if (!isFolder(folder))
    throw new Fault('MP-CONFIG-FILE', 'is not a folder', { exit: EXIT.usage, at: { file: folder } })
  return readPemFolder(folder)
}

function certificatesOf(
  { input }: Workspace,
  absent: Unread[],
  where: Whereabouts,
): ReadonlyMap<string, CertificatePath> {
  const found = new Map<string, CertificatePath>()
  for (const haproxy of input.haproxies) {
    for (const { path, span } of [
      ...bindCertificates(haproxy),
      ...bindAuthorities(haproxy),
      ...bindRevocations(haproxy),
      ...serverAuthorities(haproxy),
    ]) {
      if (found.has(path)) continue
      const read = readCertificatePath(path, span.file, where)
      found.set(path, read)
      if (read.kind === 'absent') absent.push(notHere(path, span))
      if (read.kind !== 'file') continue
      for (const key of [`${path}.key`, path.replace(/\.[^./]*$/, '.key')]) {
        if (!found.has(key)) found.set(key, readCertificatePath(key, span.file, where))
      }
    }
  }
  return found
}

/** One case a file, for reporters that count. */
function groupOf(pair: LintedPair, findings: readonly Finding[], failOn: LintSeverity): CaseGroup {
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

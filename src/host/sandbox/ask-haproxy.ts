import type { Pair } from '../../check/pair.js'
import { parseHaproxy } from '../../config/haproxy/parse.js'
import type { HaproxyRelease } from '../../config/haproxy/release.js'
import type { Environment } from '../../config/haproxy/variables.js'
import { viewHaproxy } from '../../config/haproxy/view.js'
import type { Finding } from '../../kernel/result.js'
import type { SourceFile } from '../../lint/workspace.js'
import { checkHaproxyConfig, haproxyFacts } from '../haproxy/haproxy.js'
import { lookForProgram } from '../process/programs.js'
import { type AskedPrograms, type Asking, nobody, notRun } from './asked.js'
import { environmentVariable } from './files.js'
import { judgedCopies } from './judged.js'
import { aboutThisMachine, isSummary } from './refused.js'

/** Asks `haproxy -c` about copies of the HAProxy files. */
export async function askHaproxy(
  files: readonly SourceFile[],
  { haproxyBin: chosen, haproxyVersion: wanted, oneHaproxy, allowExec, where }: Asking,
): Promise<AskedPrograms> {
  const paths = files.filter((one) => one.dialect === 'haproxy')
  if (paths.length === 0) return nobody
  const found = await lookForProgram('haproxy', chosen === undefined ? {} : { chosen })
  if (found === undefined) return { ...nobody, notes: ['haproxy is not here: haproxy -c was not asked'] }
  const facts = await haproxyFacts(found.program)
  const { version } = facts
  const branch = (text: string) => text.split(/[.-]/, 2).join('.')
  if (wanted !== undefined && branch(wanted) !== branch(version)) {
    return { ...nobody, notes: [`the files are for HAProxy ${wanted}: ${version}, which is here, was not asked`] }
  }
  const findings: Finding[] = []
  const notes: string[] = []
  for (const group of oneHaproxy ? [paths] : processes(paths)) {
    const copies = await judgedCopies(haproxyPair(group, facts), allowExec, where)
    try {
      notes.push(...notRun(copies.leftOut))
      const verdict = await checkHaproxyConfig(found.program, copies.haproxy[0] ?? [])
      for (const { severity, text, at } of verdict.messages) {
        if (isSummary(text) || severity === 'NOTICE') continue
        const span = at?.line === undefined ? undefined : copies.originOf(at.file, at.line)
        // A new keyword whose arguments were left out: only the message that there is no such keyword means anything.
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

/** The files of one HAProxy process. */
export function haproxyPair(group: readonly SourceFile[], release: HaproxyRelease): Pair {
  let env: Environment = environmentVariable
  const documents = group.map(({ path, text }) => {
    const parsed = parseHaproxy(text, path, { env, release })
    env = parsed.env
    return parsed.document
  })
  return { haproxy: [{ role: 'only', documents, view: viewHaproxy(documents) }], brokers: [] }
}

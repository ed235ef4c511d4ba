import type { Pair } from '../../check/pair.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { checkHaproxyConfig } from '../haproxy/haproxy.js'
import { judgedCopies } from './judged.js'

/** Files that are here only when the configuration is used, users, and privileges. */
export const aboutThisMachine =
  /unknown (?:user|group)|environment variable missing|without master.worker|couldn't open|unable to find local peer|unable to (?:stat|open|load|read|access)|cannot find (?:user|group) id|cannot (?:open|set|bind|resolve|stat|load)|could not (?:resolve|open)|no such file|permission denied|unable to resolve|failed to (?:open|load|stat)|error opening|too many fatal errors/i

/** What HAProxy says after its reasons. */
export const isSummary = (text: string): boolean =>
  /^config : (?:Error\(s\)|Fatal errors)|^(?:Error\(s\)|Fatal errors)/.test(text)

/**
 * Why HAProxy refuses the files as the user wrote them; `undefined`: it does not. What a sandbox leaves out or repairs (the
 * number of processes, a last line without a line feed) must not hide that they could not be started.
 */
export async function whyRefused(
  pair: Pair,
  program: { readonly program: string; readonly version: string },
  allowExec: boolean,
): Promise<Fault | undefined> {
  const copies = await judgedCopies({ ...pair, brokers: [] }, allowExec)
  try {
    for (const files of copies.haproxy) {
      const verdict = await checkHaproxyConfig(program.program, files)
      if (verdict.ok) continue
      const reasons = verdict.messages.filter(({ severity, text, at }) => {
        if (severity !== 'ALERT' || isSummary(text) || aboutThisMachine.test(text)) return false
        const span = at?.line === undefined ? undefined : copies.originOf(at.file, at.line)
        return span === undefined || !copies.isUnknown(span) || /unknown keyword|unknown option/i.test(text)
      })
      const [first, ...others] = reasons
      if (first === undefined) continue
      const span = first.at?.line === undefined ? undefined : copies.originOf(first.at.file, first.at.line)
      return new Fault('MP-HAPROXY-CONFIG', `HAProxy did not start: ${copies.told(first.text)}`, {
        exit: EXIT.environment,
        hints: others.map((one) => copies.told(one.text)),
        ...(span && { at: { file: span.file, line: span.line } }),
      })
    }
    return undefined
  } finally {
    await copies.remove()
  }
}

import { parseEntries } from '../../config/entry-parse.js'
import type { ConfigProblem } from '../../config/span.js'
import type { BrokerDocument } from '../broker.js'
import type { ReadContext } from '../read-context.js'
import { type HoconMember, type HoconParsed, parseHocon } from './hocon.js'
import { withReferences } from './hocon-references.js'

/** An emqx.conf with what it includes and refers to. */
export interface EmqxTree {
  readonly root: ReadonlyMap<string, HoconMember>
  readonly documents: readonly BrokerDocument[]
  readonly problems: readonly ConfigProblem[]
  /** EMQX cannot read it either. */
  readonly broken: boolean
}

export function readTree(text: string, file: string, { env, readInclude }: ReadContext = {}): EmqxTree {
  const problems: ConfigProblem[] = []
  const documents: BrokerDocument[] = []
  const parse = (source: string, name: string, above: readonly string[]): HoconParsed => {
    documents.push(commentsOf(source, name))
    const parsed = parseHocon(source, name, (path) => {
      const texts = readInclude?.(path, name)?.filter((one) => ![...above, name].includes(one.file))
      return texts?.map((one) => parse(one.text, one.file, [...above, name]))
    })
    const { broken, includes } = parsed
    if (broken !== undefined) {
      problems.push({ code: 'hocon', message: `EMQX cannot read on from here: ${broken.message}`, span: broken.span })
    }
    for (const { path, span } of readInclude === undefined ? [] : includes) {
      const message = `${path} cannot be read here: what it holds was not judged`
      problems.push({ code: 'include-unreadable', message, span, expected: 'readable files' })
    }
    return parsed
  }
  const { root, broken } = parse(text, file, [])
  return {
    root: withReferences(root, env ?? (() => undefined)),
    documents,
    problems,
    broken: broken !== undefined,
  }
}

/** Lines with their comments; values are HOCON's affair. */
function commentsOf(text: string, file: string): BrokerDocument {
  return parseEntries(' = ', text, file, (line) => {
    const start = line.length - line.trimStart().length
    if (/^(#|\/\/)/.test(line.slice(start))) return undefined
    const comment = /\s#\s?(.*)$/.exec(line)?.[1]
    return { key: line.trim(), keyAt: start, ...(comment !== undefined && { comment }) }
  }).document
}

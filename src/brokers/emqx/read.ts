import { parseEntries } from '../../config/entry-parse.js'
import type { ConfigProblem } from '../../config/span.js'
import type { BrokerDocument, BrokerFile, ConfigReader } from '../broker.js'
import type { ReadContext } from '../read-context.js'
import { unreadIn } from '../unread.js'
import { type HoconParsed, parseHocon } from './hocon.js'
import { withReferences } from './hocon-references.js'
import { listenersOf } from './listeners.js'

const own =
  /^\s*(?:listeners(?:\.(?:tcp|ssl|ws|wss|quic)(?:\s*\{|\.\w+(?:\.\w|\s*[={]+\s*\{|\s*\{))|\s*[{:])|mqtt(?:\s*\{|\.peer_cert_as_\w+)|(?:node|cluster|dashboard|authentication|authorization|license|log|rpc|sysmon|zones)(?:\.\w+)*\s*(?:\{|=\s*\[))/

export const reader = {
  fileNames: ['emqx.conf', 'cluster.hocon', 'base.hocon'],
  score: (line) =>
    own.test(line) ? 3 : /^\s*(?:proxy_protocol(?:_timeout)?|ssl_options(?:\.\w+)?)\s*[={]/.test(line) ? 2 : 0,
  read,
} as const satisfies ConfigReader

/** emqx.conf of EMQX 5 and 6, by its own schema of August 2026. Run by nobody here. */
function read(text: string, file: string, { env, readInclude }: ReadContext = {}): BrokerFile {
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
  const resolved = withReferences(root, env ?? (() => undefined))
  const listeners = broken === undefined ? listenersOf(resolved, file, env) : []
  return { broker: 'emqx', file, documents, listeners, unread: unreadIn(problems), problems }
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

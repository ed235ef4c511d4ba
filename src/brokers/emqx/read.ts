import type { BrokerFile, ConfigReader } from '../broker.js'
import type { ReadContext } from '../read-context.js'
import { unreadIn } from '../unread.js'
import { listenersOf } from './listeners.js'
import { readTree } from './tree.js'

const own =
  /^\s*(?:listeners(?:\.(?:tcp|ssl|ws|wss|quic)(?:\s*\{|\.\w+(?:\.\w|\s*[={]+\s*\{|\s*\{))|\s*[{:])|mqtt(?:\s*\{|\.peer_cert_as_\w+)|(?:node|cluster|dashboard|authentication|authorization|license|log|rpc|sysmon|zones)(?:\.\w+)*\s*(?:\{|=\s*\[))/

export const reader = {
  fileNames: ['emqx.conf', 'cluster.hocon', 'base.hocon'],
  score: (line) =>
    own.test(line) ? 3 : /^\s*(?:proxy_protocol(?:_timeout)?|ssl_options(?:\.\w+)?)\s*[={]/.test(line) ? 2 : 0,
  read,
} as const satisfies ConfigReader

/** emqx.conf of EMQX 5 and 6, by its own schema of August 2026. */
function read(text: string, file: string, context: ReadContext = {}): BrokerFile {
  const { root, documents, problems, broken } = readTree(text, file, context)
  const listeners = broken ? [] : listenersOf(root, file, context.env)
  return { broker: 'emqx', file, documents, listeners, unread: unreadIn(problems), problems }
}

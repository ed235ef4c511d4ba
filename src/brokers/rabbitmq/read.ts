import type { BrokerFile, ConfigReader } from '../broker.js'
import { parseCuttlefish } from '../cuttlefish.js'
import type { ReadContext } from '../read-context.js'
import { unreadIn } from '../unread.js'
import { listenersOf } from './listeners.js'
import { startOf } from './meaning.js'
import { meaningOfSettings } from './setting-meaning.js'
import { meaningOfTerms } from './term-meaning.js'
import { isTerms, readTerms } from './terms.js'
import { viewRabbitmq } from './view.js'

const setting =
  /^[ \t]*(mqtt\.|web_mqtt\.|listeners\.(tcp|ssl)\.\w+[ \t]*=[ \t]*\S*\d|loopback_users|management\.|cluster_|ssl_options|default_(user|pass|vhost)|vm_memory|anonymous_login|disk_free_limit|log\.)[^=]*=/

export const reader = {
  fileNames: ['rabbitmq.conf', 'rabbitmq.config', 'advanced.config'],
  score: (line) => (/\{\s*rabbit(mq_\w+)?\s*,/.test(line) ? 3 : setting.test(line) ? 2 : 0),
  read,
} as const satisfies ConfigReader

function read(text: string, file: string, reading: ReadContext = {}): BrokerFile {
  return isTerms(text) ? readClassic(text, file) : readConf(text, file, reading)
}

function readConf(text: string, file: string, reading: ReadContext): BrokerFile {
  const { document, lines, documents, problems } = parseCuttlefish(text, file, reading)
  const listeners = listenersOf(meaningOfSettings(viewRabbitmq({ ...document, lines })))
  return { broker: 'rabbitmq', file, documents, listeners, unread: unreadIn(problems), problems }
}

function readClassic(text: string, file: string): BrokerFile {
  const base = { broker: 'rabbitmq', file, documents: [] } as const
  const terms = readTerms(text, file)
  if (terms === undefined) {
    const message = 'not read: these Erlang terms are not a list of {application, settings} that ends in a period'
    const problems = [{ code: 'format-unread', message, span: startOf(file) }]
    return { ...base, listeners: [], unread: unreadIn(problems), problems }
  }
  const advanced = /(^|\/)advanced\.config$/.test(file)
  return { ...base, listeners: listenersOf(meaningOfTerms(terms, file, advanced)), unread: [], problems: [] }
}

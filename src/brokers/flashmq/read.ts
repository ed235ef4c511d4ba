import type { BrokerFile, ConfigReader } from '../broker.js'
import type { ReadContext } from '../read-context.js'
import { unreadIn } from '../unread.js'
import { listenersOf } from './listeners.js'
import { parseFlashmq } from './parse.js'

const own =
  /^\s*(haproxy|inet[46]_bind_address|inet_protocol|fullchain|privkey|mosquitto_(?:password|acl)_file|storage_dir|thread_count|expire_sessions_after_seconds|wills_enabled|zero_byte_username_is_anonymous)\s/

export const reader = {
  fileNames: ['flashmq.conf'],
  score: (line) => (/^\s*(listen|bridge)\s*\{\s*$/.test(line) ? 20 : own.test(line) ? 3 : 0),
  read,
} as const satisfies ConfigReader

function read(text: string, file: string, reading: ReadContext = {}): BrokerFile {
  const { documents, lines, problems } = parseFlashmq(text, file, reading)
  return {
    broker: 'flashmq',
    file,
    documents,
    listeners: listenersOf(lines, file),
    unread: unreadIn(problems),
    problems,
  }
}

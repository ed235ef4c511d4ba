import { quoted } from '../../kernel/printable.js'
import { mosquittoOption } from './options.js'
import type { MosquittoSetting } from './placed.js'

/** Options whose value some builds of Mosquitto do not look at, or that have words of their own. */
const others = new Set(['websockets_log_level', 'enable_proxy_protocol', 'port'])

/** What an option takes, where the word in the file is nothing of the kind: Mosquitto does not start (2.1.2). */
export function valueFault({ name, value }: MosquittoSetting): string | undefined {
  if (others.has(name)) return undefined
  const [word = ''] = value.split(/ +/)
  switch (mosquittoOption(name)?.value) {
    case 'bool':
      return /^(true|false|1|0)$/.test(word) ? undefined : `true or false, not ${quoted(word)}`
    case 'number':
      return /^[+-]?(0x[\da-f]+|\d+)$/i.test(word) ? undefined : `a number, not ${quoted(word)}`
    default:
      return undefined
  }
}

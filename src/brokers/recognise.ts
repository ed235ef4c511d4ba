import type { EntryDialect } from '../config/entries.js'
import { mosquittoOptions } from './mosquitto/options.js'

export type ConfigDialect = 'haproxy' | EntryDialect

const haproxyHeader =
  /^[ \t]*(?:global|defaults|peers|resolvers|userlist|(?:frontend|backend|listen|defaults)[ \t]+[^\s=]+(?:[ \t]+from[ \t]+\S+)?)[ \t]*(?:#.*)?$/
const haproxyKeyword = /^[ \t]+(?:bind|server|mode|timeout|default_backend|option|balance)[ \t]+[^\s=]/

/**
 * Whether a dialect is only a guess: the name does not say it, and most settings are words that it does not know.
 */
export function isGuessed(text: string, file: string, dialect: ConfigDialect): boolean {
  if (dialect !== 'mosquitto' || byName(file) === 'mosquitto') return false
  const words = text.split('\n', 2000).flatMap((line) => /^ *([A-Za-z0-9_.]+)(?=[ {=]|\r?$)/.exec(line)?.[1] ?? [])
  const known = words.filter((word) => mosquittoOptions.has(word) || word.startsWith('enable_proxy_protocol'))
  return known.length * 5 < words.length * 4
}

/**
 * Which dialect a file is written in, by what stands in it (most telling lines win), then by its name.
 * `undefined`: none of them, and it should be said.
 */
export function recognise(text: string, file: string): ConfigDialect | undefined {
  const score = { haproxy: 0, mosquitto: 0, vernemq: 0, rabbitmq: 0 }
  for (const raw of text.split('\n', 2000)) {
    const line = raw.trimEnd()
    if (line === '' || /^[ \t]*#/.test(line)) continue
    if (haproxyHeader.test(line)) score.haproxy += 3
    else if (haproxyKeyword.test(line)) score.haproxy++
    const setting = /^[ \t]*([A-Za-z0-9_.-]+)[ \t]*=/.exec(line)?.[1]
    if (setting !== undefined) {
      if (/^(listener|plugins|vmq_|allow_anonymous$|nodename$|distributed_cookie$|metadata_plugin$)/.test(setting)) {
        score.vernemq += 2
      }
      if (
        /^(mqtt|web_mqtt|listeners|loopback_users|management|cluster_|ssl_options|default_user|vm_memory)/.test(setting)
      ) {
        score.rabbitmq += 2
      }
      continue
    }
    const option = /^ *([A-Za-z0-9_.]+)(?: |$)/.exec(line)?.[1]
    if (option === undefined || option.includes('.')) continue
    if (mosquittoOptions.has(option) || option.startsWith('enable_proxy_protocol')) score.mosquitto += 2
  }
  const dialects: readonly ConfigDialect[] = ['haproxy', 'mosquitto', 'vernemq', 'rabbitmq']
  const best = [...dialects].sort((a, b) => score[b] - score[a])[0]
  if (best !== undefined && score[best] > 0) return best
  return byName(file)
}

function byName(file: string): ConfigDialect | undefined {
  const name = file.split('/').at(-1)?.toLowerCase() ?? ''
  if (name.endsWith('.cfg') || name.includes('haproxy')) return 'haproxy'
  return (['mosquitto', 'vernemq', 'rabbitmq'] as const).find((dialect) => name.includes(dialect))
}

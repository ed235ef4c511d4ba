/** Brokers that read no PROXY header in front of MQTT: a header that reaches them is bytes that are no CONNECT. */
interface NoProxy {
  /** As a sentence names it. */
  readonly name: string
  /** How configurations call it: names of servers, backends and files. */
  readonly words: RegExp
  /** The version that this was found on. */
  readonly version: string
  readonly source: string
  readonly date: string
}

export const withoutProxy: readonly NoProxy[] = [
  {
    name: 'NanoMQ',
    words: /nanomq/i,
    version: 'its source of August 2026',
    source: 'no occurrence in the source of NanoMQ and NanoNNG',
    date: '2026-11-26',
  },
  {
    name: 'NATS (its MQTT port)',
    words: /(?:^|[^a-z])nats(?:[^a-z]|$)/i,
    version: '2.15.1',
    source: 'measured on 2.15.1; proxy_protocol of NATS counts for its client port only',
    date: '2026-11-26',
  },
  {
    name: 'Mochi MQTT',
    words: /mochi|comqtt/i,
    version: '2.7.9 (comqtt 2.6.5)',
    source: 'no occurrence in the source',
    date: '2026-11-26',
  },
  {
    name: 'HiveMQ Community Edition',
    words: /hivemq-?ce/i,
    version: '2026',
    source: 'https://github.com/hivemq/hivemq-community-edition/issues/184',
    date: '2026-11-26',
  },
]

/** The broker that a word of a configuration means, where that broker reads no header. */
export function withoutProxyBy(word: string): NoProxy | undefined {
  return withoutProxy.find(({ words }) => words.test(word))
}

/** Why a broker that reads no header cannot work, in a sentence with version and source. */
export function noProxySentence(word: string): string | undefined {
  const found = withoutProxyBy(word)
  return found && `${found.name} reads no PROXY headers (${found.version}; ${found.source})`
}

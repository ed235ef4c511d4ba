/** How client libraries come back by themselves when a connection ends. Waits are milliseconds. */
export interface ReconnectManner {
  readonly name: ReconnectName
  /** For a head line: what the library does when nothing is set. */
  readonly says: string
  /** The wait before attempt `tries` (1 is the first). `random` is 0 (included) to 1 (excluded). */
  wait(tries: number, random: number): number
}

export const reconnectNames = ['mqtt.js', 'paho-c', 'mosquitto'] as const
export type ReconnectName = (typeof reconnectNames)[number]

const second = 1000

/** Defaults of the libraries, read in their sources (mqtt.js 5, Paho C 1.3, libmosquitto 2.0). */
export const reconnectManners: Readonly<Record<ReconnectName, ReconnectManner>> = {
  // `reconnectPeriod` is 1000 and stays the same.
  'mqtt.js': { name: 'mqtt.js', says: 'every second', wait: () => second },
  // MQTTAsync with automaticReconnect: 1 s doubled up to 60 s, each in whole seconds within a fifth of it.
  'paho-c': {
    name: 'paho-c',
    says: 'after 1 s, doubled up to 60 s, give or take a fifth, in whole seconds',
    wait(tries, random) {
      const base = Math.min(2 ** (tries - 1), 60)
      const least = Math.floor(base / 1.2)
      const most = Math.floor(base * 1.2)
      return (least + Math.floor(random * (most - least + 1))) * second
    },
  },
  // mosquitto_loop_forever: one second, no backoff, unless mosquitto_reconnect_delay_set says otherwise.
  mosquitto: { name: 'mosquitto', says: 'every second', wait: () => second },
}

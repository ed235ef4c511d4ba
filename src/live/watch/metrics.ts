import type { WatchReading } from './reading.js'

/** A gauge of `/metrics`; names and labels are an interface: alert rules, dashboard and users' own rules rest on them. */
export interface Gauge {
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
  /** Values of one reading; none: the reading does not say. */
  readonly of: (one: WatchReading) => readonly Sample[]
}

interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const sample = (value: number | boolean | undefined, labels: Readonly<Record<string, string>>): readonly Sample[] =>
  value === undefined ? [] : [{ labels, value: Number(value) }]

export const gauges: readonly Gauge[] = [
  {
    name: 'mqtt_proxy_up',
    help: 'Whether an MQTT broker answers through the target',
    labels: ['target'],
    of: ({ target, up }) => sample(up, { target }),
  },
  {
    name: 'mqtt_proxy_verdict',
    help: 'What probe found listening: always 1, with the verdict as a label',
    labels: ['target', 'verdict'],
    of: ({ target, verdict }) => sample(1, { target, verdict }),
  },
  {
    name: 'mqtt_proxy_connect_seconds',
    help: 'From the first SYN to CONNACK, through the target (side frontend) and at the listener behind it (side broker)',
    labels: ['target', 'side'],
    of: ({ target, connectMs, behind }) => [
      ...sample(connectMs === undefined ? undefined : connectMs / 1000, { target, side: 'frontend' }),
      ...sample(behind?.connectMs === undefined ? undefined : behind.connectMs / 1000, { target, side: 'broker' }),
    ],
  },
  {
    name: 'mqtt_proxy_fits',
    help: 'Whether the frontend and the broker behind it fit: PROXY header, TLS facts, CN',
    labels: ['target'],
    of: ({ target, behind }) => sample(behind?.fits, { target }),
  },
  {
    name: 'mqtt_proxy_address_right',
    help: "Whether the broker sees the client's own address",
    labels: ['target'],
    of: ({ target, addressRight }) => sample(addressRight, { target }),
  },
  {
    name: 'mqtt_proxy_spoofable',
    help: 'Whether a PROXY header from here is trusted',
    labels: ['target', 'side'],
    of: ({ target, spoofable, behind }) => [
      ...sample(spoofable, { target, side: 'frontend' }),
      ...sample(behind?.spoofable, { target, side: 'broker' }),
    ],
  },
  {
    name: 'mqtt_proxy_certificate_days',
    help: 'Whole days to the end of the certificate; negative: it has ended',
    labels: ['target'],
    of: ({ target, certificateDays }) => sample(certificateDays, { target }),
  },
  {
    name: 'mqtt_proxy_last_probe_timestamp_seconds',
    help: 'When the target was probed last, seconds since 1970',
    labels: ['target'],
    of: ({ target, at }) => sample(at / 1000, { target }),
  },
]

/** A counter beside the gauges. */
export const changesCounter = {
  name: 'mqtt_proxy_changes_total',
  help: 'Changes that were seen, by what changed',
  labels: ['target', 'what'],
} as const

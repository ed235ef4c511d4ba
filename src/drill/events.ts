/** What is done to the running programs. */
export const drillEvents = ['reload', 'drain', 'failover', 'certificate', 'restart', 'network'] as const
export type DrillEvent = (typeof drillEvents)[number]

export interface DrillPlan {
  readonly event: DrillEvent
  /** The ways in which it can be done; the first is taken when none is asked for. */
  readonly ways: readonly string[]
  /** What a healthy stack does. */
  readonly hypothesis: string
  /** What fails the drill when nothing else is said, as `--fail-on` has it. */
  readonly failOn: string
}

export const drillPlans: Readonly<Record<DrillEvent, DrillPlan>> = {
  reload: {
    event: 'reload',
    ways: ['master', 'sf'],
    hypothesis: 'a reload cuts nobody: sessions stay on the old process, new clients come to the new one',
    failOn: 'cut>0,lost>0,wrong>0',
  },
  drain: {
    event: 'drain',
    ways: ['sessions', 'new'],
    hypothesis: 'clients of a drained server come back on another one and lose no message that was acknowledged',
    failOn: 'not-back>0,wrong>0',
  },
  failover: {
    event: 'failover',
    ways: ['kill', 'hang'],
    hypothesis: 'when a broker fails and returns, all clients come back, and the broker knows each as before',
    failOn: 'not-back>0,wrong>0',
  },
  certificate: {
    event: 'certificate',
    ways: ['socket', 'file'],
    hypothesis: 'a new certificate cuts nobody, and the next client is shown it',
    failOn: 'cut>0,lost>0,wrong>0',
  },
  restart: {
    event: 'restart',
    ways: ['stop'],
    hypothesis: 'after a restart of the broker all clients come back, and the broker knows each as before',
    failOn: 'not-back>0,wrong>0',
  },
  network: {
    event: 'network',
    ways: ['reset'],
    hypothesis: 'when every connection between HAProxy and the broker is reset at once, all clients come back',
    failOn: 'not-back>0,wrong>0',
  },
}

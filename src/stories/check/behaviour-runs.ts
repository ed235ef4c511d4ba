import { roundTrip } from '../../host/net/mqtt-session.js'
import { freeze, serverState, successor, until, wait } from '../../host/sandbox/lab.js'
import type { ConnectObservation, Sight } from '../../host/types.js'
import { isSeenAt } from '../../kernel/observed.js'
import type { Lab } from './behaviour-lab.js'

/** What came of one behaviour. */
interface Outcome {
  readonly ok: boolean
  readonly actual: string
  /** Why it could not be judged: nothing was wrong, but not everything was seen. */
  readonly unclear?: string
}

/** The facts of a run, each with whether it is as it should be. */
function outcome(...facts: readonly (readonly [ok: boolean, said: string])[]): Outcome {
  const wrong = facts.filter(([ok]) => !ok)
  const told = (wrong.length > 0 ? wrong : facts).map(([, said]) => said)
  return { ok: wrong.length === 0, actual: told.join('; ') }
}

const ms = (value: number | undefined) => (value === undefined ? 'never' : `after ${Math.round(value)} ms`)
const refused = (seen: ConnectObservation) => seen.outcome === 'closed' || seen.outcome === 'reset'

type Run = (lab: Lab) => Promise<Outcome>

async function reload(lab: Lab): Promise<Outcome> {
  const held = await lab.hold('check-old')
  const subscriber = await lab.session('check-subscriber')
  const publisher = await lab.session('check-publisher')
  const arrived: string[] = []
  subscriber.client.on('message', (_topic, payload) => arrived.push(payload.toString()))
  await subscriber.client.subscribeAsync('check/reload', { qos: 1 })
  const sent: string[] = []
  let reloaded = false
  const publishing = (async () => {
    for (let n = 0; !reloaded || n < 20; n++) {
      sent.push(String(n))
      await publisher.client.publishAsync('check/reload', String(n), { qos: 1 })
    }
  })()
  await lab.haproxy.reload()
  reloaded = true
  await publishing
  const all = await until(() => new Set(arrived).size === sent.length, 2000)
  const fresh = await lab.connect('check-new')
  return outcome(
    [await held.ping(), 'the old session answers a PINGREQ'],
    [fresh.outcome === 'accepted', `a new client: ${fresh.outcome}`],
    [all, `${new Set(arrived).size} of ${sent.length} QoS 1 messages arrived`],
  )
}

async function reloadBySuccessor(lab: Lab): Promise<Outcome> {
  const held = await lab.hold('check-old')
  const files = lab.plan.haproxy[0]?.files.map((file) => file.name) ?? []
  const next = await successor(lab.plan.program, lab.plan.folder, files, lab.haproxy)
  try {
    const took = await until(async () => (await lab.connect('check-new', 1000)).outcome === 'accepted', 5000)
    const answers = await held.ping()
    held.drop()
    const ended = await until(() => !lab.haproxy.alive(), 3000)
    const after = await lab.connect('check-after')
    return outcome(
      [took && next.alive(), 'new clients are accepted'],
      [answers, 'the old session answers a PINGREQ'],
      [ended, 'the old process ends after its last client'],
      [after.outcome === 'accepted', `after that a new client: ${after.outcome}`],
    )
  } finally {
    await next.stop()
  }
}

async function hardStop(lab: Lab): Promise<Outcome> {
  const held = await lab.hold('check-old')
  await lab.haproxy.reload()
  const closed = await held.closedWithin(4000)
  return outcome([closed !== undefined && closed > 500, `the old session was closed ${ms(closed)}`])
}

async function brokerStops(lab: Lab): Promise<Outcome> {
  const held = await lab.hold('check-old')
  await lab.broker.stop()
  const closed = await held.closedWithin(2000)
  const down = await until(() => serverState(lab.haproxy, 'broker1') === 'DOWN', 3000)
  const during = await lab.connect('check-during')
  const again = await lab.restartBroker()
  try {
    const back = await lab.accepted('check-back', 4000)
    return outcome(
      [closed !== undefined, `the session was closed ${ms(closed)}`],
      [down, 'HAProxy marked the server DOWN'],
      [refused(during), `a client meanwhile: ${during.outcome}`],
      [back !== undefined, `accepted ${ms(back)} when the broker was back`],
    )
  } finally {
    await again.stop()
  }
}

async function brokerLate(lab: Lab): Promise<Outcome> {
  const down = await until(() => serverState(lab.haproxy, 'broker1') === 'DOWN', 3000)
  const early = await lab.connect('check-early')
  const broker = await lab.restartBroker()
  try {
    const took = await lab.accepted('check-late', 4000)
    return outcome(
      [down, 'HAProxy marked the server DOWN'],
      [refused(early), `a client before the broker: ${early.outcome}`],
      [took !== undefined, `accepted ${ms(took)} when the broker listened`],
    )
  } finally {
    await broker.stop()
  }
}

async function brokerHangs(lab: Lab): Promise<Outcome> {
  const held = await lab.hold('check-old')
  const thaw = freeze(lab.broker)
  try {
    const closed = await held.closedWithin(1200)
    const during = await lab.connect('check-during', 800)
    return outcome(
      [serverState(lab.haproxy, 'broker1') === 'UP', 'the server stays UP'],
      [during.outcome === 'timeout', `a client meanwhile: ${during.outcome}`],
      [
        closed === undefined,
        closed === undefined ? 'the old session stays open' : `the old session was closed ${ms(closed)}`,
      ],
    )
  } finally {
    thaw?.()
  }
}

async function brokerHangsSeen(lab: Lab): Promise<Outcome> {
  const held = await lab.hold('check-old')
  const thaw = freeze(lab.broker)
  try {
    const closed = await held.closedWithin(5000)
    const down = await until(() => serverState(lab.haproxy, 'broker1') === 'DOWN', 3000)
    const during = await lab.connect('check-during', 2000)
    return outcome(
      [down, 'HAProxy marked the server DOWN'],
      [closed !== undefined, `the old session was closed ${ms(closed)}`],
      [refused(during), `a client meanwhile: ${during.outcome}`],
    )
  } finally {
    thaw?.()
  }
}

/** Long enough for several health checks. */
const severalChecksMs = 700

async function checkBlind(lab: Lab): Promise<Outcome> {
  await wait(severalChecksMs)
  const seen = await lab.connect('check-client')
  return outcome(
    [serverState(lab.haproxy, 'broker1') === 'UP', 'the server is UP'],
    [seen.outcome !== 'accepted' && seen.connack === undefined, `a client: ${seen.outcome}`],
  )
}

async function checkSees(lab: Lab): Promise<Outcome> {
  await wait(severalChecksMs)
  let state = ''
  let client = ''
  // One check that a busy broker answers late is no verdict: a server that is found good comes back at the next.
  await until(async () => {
    state = serverState(lab.haproxy, 'broker1')
    client = (await lab.connect('check-client')).outcome
    return state === 'UP' && client === 'accepted'
  }, 2000)
  return outcome([state === 'UP', `the server is ${state}`], [client === 'accepted', `a client: ${client}`])
}

async function markedDown(lab: Lab): Promise<Outcome> {
  const held = await lab.hold('check-old')
  await lab.closePort()
  const closed = await held.closedWithin(4000)
  return outcome([closed !== undefined, `the session was closed ${ms(closed)}`])
}

async function markedDownSurvives(lab: Lab): Promise<Outcome> {
  const held = await lab.hold('check-old')
  await lab.closePort()
  const down = await until(() => serverState(lab.haproxy, 'broker1') === 'DOWN', 4000)
  const fresh = await lab.connect('check-new')
  return outcome(
    [down, 'HAProxy marked the server DOWN'],
    [await held.ping(), 'the session still answers'],
    [refused(fresh), `a new client: ${fresh.outcome}`],
  )
}

async function idleClient(lab: Lab): Promise<Outcome> {
  const lively = await lab.hold('check-lively')
  let longest = 0
  // It pings from its first moment on: opening the other one may take longer than HAProxy waits.
  const pinging = (async () => {
    for (let n = 0; n < 6; n++) {
      const begin = performance.now()
      await wait(300)
      longest = Math.max(longest, performance.now() - begin)
      if (!(await lively.ping())) return false
    }
    return true
  })()
  const begin = performance.now()
  const silent = await lab.hold('check-silent')
  // HAProxy's second cannot have passed before that much has passed here, however late we look.
  const closed = (await silent.closedWithin(3000)) === undefined ? undefined : performance.now() - begin
  const stayed = await pinging
  const judged = outcome(
    [closed !== undefined && closed > 900, `the silent client was closed ${ms(closed)}`],
    [stayed, stayed ? 'the client that pings stays' : 'the client that pings was closed too'],
  )
  // A machine that let our own ping wait proves nothing about HAProxy: once more.
  return !stayed && longest > 700 ? idleClient(lab) : judged
}

async function tunnel(lab: Lab): Promise<Outcome> {
  const silent = await lab.hold('check-silent')
  const closed = await silent.closedWithin(1600)
  return outcome(
    [closed === undefined, closed === undefined ? 'still open after 1600 ms of silence' : `closed ${ms(closed)}`],
    [await silent.ping(), 'it answers a PINGREQ'],
  )
}

async function manyClients(lab: Lab): Promise<Outcome> {
  const count = 300
  const ids = Array.from({ length: count }, (_, n) => `check-many-${n}`)
  const seen = await Promise.all(
    ids.map(async (id) => {
      let sight: Sight | undefined
      const { outcome: how, local } = await lab.connect(id, undefined, async () => {
        sight = await lab.broker.saw(id, 3000)
      })
      return { how, sight, local }
    }),
  )
  const accepted = seen.filter((one) => one.how === 'accepted')
  const found = accepted.filter(({ sight }) => sight !== undefined)
  const right = found.filter(({ sight, local }) => sight !== undefined && isSeenAt(sight, local ?? '')).length
  const different = new Set(seen.map((one) => one.local)).size
  const judged = outcome(
    [accepted.length === count, `${accepted.length} of ${count} CONNACKs`],
    [right === found.length && different === count, `${right} clients were seen where they are`],
  )
  if (!judged.ok || found.length === count) return judged
  // RabbitMQ's logger leaves out lines of a burst.
  const unclear = `${count - found.length} accepted clients do not stand in the broker's log, so where it saw them is not known`
  return { ...judged, unclear }
}

async function largePayloads(lab: Lab): Promise<Outcome> {
  const subscriber = await lab.session('check-subscriber')
  const publisher = await lab.session('check-publisher')
  const payload = Buffer.alloc(1_048_576, 'mqtt')
  const facts: [boolean, string][] = []
  for (const qos of [0, 1, 2] as const) {
    const trip = await roundTrip(publisher, subscriber, {
      topic: `check/large/${qos}`,
      payload,
      qos,
      timeoutMs: 10_000,
    })
    facts.push([trip.ok, `QoS ${qos}: ${trip.ok ? 'intact' : trip.detail}`])
  }
  return outcome(...facts)
}

export const behaviourRuns: Readonly<Record<string, Run>> = {
  reload,
  'reload-sf': reloadBySuccessor,
  'hard-stop-after': hardStop,
  'broker-stops': brokerStops,
  'broker-late': brokerLate,
  'broker-hangs': brokerHangs,
  'broker-hangs-mqtt-check': brokerHangsSeen,
  'check-plain': checkBlind,
  'check-mqtt-local': checkSees,
  'check-mqtt-never-local': checkSees,
  'check-port': checkSees,
  'shutdown-sessions': markedDown,
  'no-shutdown-sessions': markedDownSurvives,
  'idle-client': idleClient,
  'timeout-tunnel': tunnel,
  'many-clients': manyClients,
  'payload-1-mib': largePayloads,
}

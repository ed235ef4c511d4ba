// The child of tap.mjs: one relay, bare or tap, whose CPU time is asked for by message.
import { createWriteStream } from 'node:fs'
import { connect, createServer } from 'node:net'
import { argumentsOf, isCount } from '../scripts/arguments.mjs'

const { positionals } = argumentsOf('node bench/tap-relay.mjs KIND PORT', {
  most: 2,
  wrong: ({ positionals }) =>
    positionals.length === 2 && isCount(positionals[1], 1) && process.send
      ? undefined
      : 'it is started by bench/tap.mjs',
})
const [kind, port] = positionals
/** Lines that were made: what nobody uses could be optimised away. */
let shown = 0
const target = { host: '127.0.0.1', port: Number(port) }

/** What anybody would write: two sockets, piped. */
async function bare() {
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (near) => {
    const far = connect({ ...target, allowHalfOpen: true })
    far.setNoDelay(true)
    for (const socket of [near, far]) socket.on('error', () => {})
    near.pipe(far)
    far.pipe(near)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server.address().port
}

/** As `tap --type CONNECT,CONNACK,DISCONNECT` does, everything is decoded, little is shown; or, as `tap > file`, all of it. */
async function tap(types) {
  const [{ startTap }, { EventFilter }, { tapLines, quietTap }] = await Promise.all([
    import('../dist/stories/tap/live.js'),
    import('../dist/tap/filter.js'),
    import('../dist/report/tap-events.js'),
  ])
  const filter = new EventFilter({ clients: [], topics: [], types })
  const file = createWriteStream('/dev/null')
  const started = await startTap({
    listen: { host: '127.0.0.1', port: 0 },
    target,
    connectTimeoutMs: 5000,
    faults: [],
    seed: 1,
    write: undefined,
    onEvent: (event) => {
      for (const one of filter.take(event)) {
        for (const line of tapLines(one, quietTap)) {
          shown++
          file.write(`${line}\n`)
        }
      }
    },
  })
  return started.at.port
}

const kinds = { bare, tap: () => tap(['CONNECT', 'CONNACK', 'DISCONNECT']), lines: () => tap([]) }
const at = await kinds[kind]()
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send({ cpuMs: (user + system) / 1000, rssMb: process.memoryUsage().rss / 2 ** 20, shown })
})
process.on('disconnect', () => process.exit(0))
process.send({ port: at })

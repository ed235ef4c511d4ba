import { readFileSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const [, , base, command, ...args] = process.argv
const dist = join(dirname(fileURLToPath(import.meta.url)), '../../../../../dist')
const control = join(base, 'data', 'control')
/** Milliseconds: until it says that it runs, until a question is answered, until it has stopped. */
const after = { running: 400, asked: 150, stopped: 200 }

const { readTree } = await import(join(dist, 'brokers/emqx/tree.js'))
const { listenersOf } = await import(join(dist, 'brokers/emqx/listeners.js'))
const { flatten } = await import(join(dist, 'brokers/emqx/flat.js'))

if (command === 'foreground') await run()
else if (command === 'check_config') {
  const problems = problemsOf(read())
  for (const line of problems) console.error(`ERROR: ${line}`)
  process.exitCode = problems.length > 0 ? 1 : 0
} else if (command === 'ctl') setTimeout(ask, after.asked)
else {
  console.log('Usage: emqx COMMAND [help]')
  process.exitCode = 1
}

function read() {
  const file = join(base, 'etc/emqx.conf')
  return readTree(readFileSync(file, 'utf8'), file, { env: (name) => process.env[name] })
}

function problemsOf({ root, broken, problems }) {
  if (broken) return problems.map(({ message }) => message)
  return flatten(root).flatMap(({ path, value }) => {
    if (/^listeners\.\w+\.\w+\.proxy_protocol$/.test(path) && !/^(true|false)$/.test(value)) {
      return [`{emqx_conf_schema, [#{kind => validation_error, path => "${path}", value => ${value}}]}`]
    }
    if (/^listeners\.\w+\.\w+\.proxy_protocol_v\d/.test(path)) {
      return [`{emqx_conf_schema, [#{kind => validation_error, reason => unknown_fields, unknown => "${path}"}]}`]
    }
    return []
  })
}

async function run() {
  console.log('Starting EMQX 5.8.9-stand-in')
  if (!/^[\w-]+@[\w.]+$/.test(process.env.EMQX_NODE__NAME ?? '')) {
    console.error('ERROR: Invalid node name')
    process.exit(1)
  }
  const tree = read()
  const problems = problemsOf(tree)
  if (problems.length > 0) {
    for (const line of problems) console.error(`ERROR: call_hocon_failed: ${line}`)
    process.exit(1)
  }
  const { serveBroker } = await import(join(dist, 'host/server/server.js'))
  const { openListener, noHeader, usualTls } = await import(join(dist, 'mqtt-server/options.js'))
  const file = join(base, 'etc/emqx.conf')
  const settings = new Map(flatten(tree.root).map(({ path, value }) => [path, value.replace(/^"(.*)"$/, '$1')]))
  const sessions = new Map()
  for (const one of listenersOf(tree.root, file, (name) => process.env[name])) {
    if (one.endpoint.kind !== 'tcp') continue
    const { host = '0.0.0.0', port } = one.endpoint
    const tls = one.transport === 'tls' || one.transport === 'wss'
    const kind = { tcp: 'tcp', tls: 'ssl', ws: 'ws', wss: 'wss' }[one.transport]
    const pem = (key) => {
      const path = settings.get(`listeners.${kind}.default.ssl_options.${key}`)
      return path === undefined ? undefined : readFileSync(resolve(base, path), 'utf8')
    }
    if (tls && pem('certfile') === undefined) continue
    const listener = {
      ...openListener({ host, port }),
      transport: one.transport === 'ws' || one.transport === 'wss' ? 'websocket' : 'tcp',
      header:
        one.header.accepts.length > 0
          ? { ...noHeader, mode: 'required', timeoutMs: 3000, cnAsUsername: one.cn === 'believed', cnOptional: true }
          : noHeader,
      tls: tls ? { ...usualTls, cert: pem('certfile'), key: pem('keyfile') } : undefined,
    }
    try {
      const { broker } = await serveBroker({ listeners: [listener], onEvent: (event) => note(event, sessions) })
      const ended = broker.ended.bind(broker)
      broker.ended = (connection) => {
        if (connection.session !== undefined) sessions.delete(connection.session.id)
        ended(connection)
      }
      console.log(`Listener ${kind}:default on ${host}:${port} started.`)
    } catch {
      console.log(`[error] msg: failed_to_start_listener, id: ${kind}:default, reason: eaddrinuse`)
      console.error(`ERROR: Failed to start listener ${kind}:default on ${host}:${port}: eaddrinuse`)
      process.exit(1)
    }
  }
  setTimeout(() => {
    serve(sessions)
    console.log('EMQX 5.8.9-stand-in is running now!')
  }, after.running)
  process.on('SIGTERM', () => {
    rmSync(control, { force: true })
    setTimeout(() => process.exit(0), after.stopped)
  })
}

function note(event, sessions) {
  if (event.result !== 'accepted' || event.mqtt?.id === undefined) return
  const { id, username, keepalive, cleanStart } = event.mqtt
  sessions.set(
    id,
    `Client(${id}, username=${username ?? 'undefined'}, peername=${event.client.replace(/[[\]]/g, '')}, clean_start=${cleanStart}, keepalive=${keepalive}, session_expiry_interval=0, subscriptions=0, inflight=0, awaiting_rel=0, delivered_msgs=0, enqueued_msgs=0, dropped_msgs=0, connected=true, created_at=1764256000000, connected_at=1764256000000)`,
  )
}

function serve(sessions) {
  rmSync(control, { force: true })
  createServer((socket) => {
    socket.on('error', () => {})
    socket.end(sessions.size === 0 ? 'No clients.\n' : `${[...sessions.values()].join('\n')}\n`)
  }).listen(control)
}

function ask() {
  if (args.join(' ') !== 'clients list') {
    console.log('clients list            # List all clients')
    return
  }
  const socket = connect(control)
  socket.on('error', () => {
    console.error('Node is not responding to pings.')
    process.exit(1)
  })
  socket.pipe(process.stdout)
}

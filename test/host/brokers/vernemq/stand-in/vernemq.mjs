import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { aclIsThere, controlSocket, problemsOf, settingsOf } from './config.mjs'
import { ensureEpmd } from './ensure-epmd.mjs'

const [, , base, command, ...rest] = process.argv
const dist = join(dirname(fileURLToPath(import.meta.url)), '../../../../../dist')

/** Milliseconds: it listens, its commands are known, its plugins are up; measured 2.2 and 3.1 s, here after the first. */
const after = { commands: 300, plugins: 900, stop: 300 }

if (command === 'version') console.log('2.2.0')
else if (command === 'config' && rest[0] === 'generate') generate()
else if (command === 'console') await run()
else {
  console.log('Usage: vernemq {start|stop|console|config|version}')
  process.exitCode = 1
}

function generate() {
  const problems = problemsOf(settingsOf(base))
  for (const line of problems) console.log(line)
  process.exitCode = problems.length > 0 ? 1 : 0
}

async function run() {
  const settings = settingsOf(base)
  if (!settings.has('distributed_cookie') || !settings.has('nodename')) {
    console.log('vm.args needs to have a -setcookie parameter.')
    process.exit(1)
  }
  if (problemsOf(settings).length > 0) {
    console.log('Error generating config with cuttlefish')
    console.log('  run `vernemq config generate` for more information.')
    process.exit(1)
  }
  await ensureEpmd(base)
  const { serveBroker } = await import(join(dist, 'host/server/server.js'))
  const { planFromVernemq } = await import(join(dist, 'mqtt-server/options-from-vernemq.js'))
  const { reader } = await import(join(dist, 'brokers/vernemq/read.js'))
  const { ConfigRefusal } = await import(join(dist, 'mqtt-server/mosquitto/config-refusal.js'))
  const { Access } = await import(join(dist, 'mqtt-server/access/access.js'))
  const { readFileSync } = await import('node:fs')
  const text = [...settings]
    .filter(([key]) => /^listener\.(tcp|ws|ssl|wss)\./.test(key) || key === 'allow_anonymous')
    .map(([key, value]) => `${key} = ${value}`)
    .join('\n')
  const state = { commands: false, plugins: false, sessions: new Map() }
  const nobody = { allows: (_who, _topic, deed) => deed !== 'subscribe' }
  const access = new Access(true, undefined, nobody)
  for (const listener of listenersOf(text, { planFromVernemq, reader, ConfigRefusal, readFileSync })) {
    const names = { add: (session) => state.sessions.set(session.client_id, session) }
    try {
      const server = await serveBroker({ listeners: [{ ...listener, access }], onEvent: (event) => note(event, names) })
      const { broker } = server
      const ended = broker.ended.bind(broker)
      broker.ended = (connection) => {
        if (connection.session !== undefined) state.sessions.delete(connection.session.id)
        ended(connection)
      }
    } catch {
      const { host, port } = listener.at
      console.log(`[error] can't reconfigure mqtt listener {{"${host}",${port}},[]} due to eaddrinuse`)
      console.log(`[error] Failed to start Ranch listener {{"${host}",${port}}} in ranch_tcp:listen`)
    }
  }
  serveControl(settings, state)
  setTimeout(() => (state.commands = true), after.commands)
  setTimeout(() => {
    state.plugins = true
    if (aclIsThere(base, settings) || settings.get('plugins.vmq_acl') === 'off') access.list = undefined
  }, after.plugins)
  process.on('SIGTERM', () => {
    rmSync(controlSocket(base), { force: true })
    setTimeout(() => process.exit(0), after.stop)
  })
}

/** A listener whose certificate cannot be read does not come, and nothing is said about it. */
function listenersOf(text, { planFromVernemq, reader, ConfigRefusal, readFileSync }) {
  try {
    const context = { ports: [], manner: 'standard', read: (path) => readFileSync(join(base, path), 'utf8') }
    const absolute = {
      ...context,
      read: (path) => (path.startsWith('/') ? readFileSync(path, 'utf8') : context.read(path)),
    }
    return planFromVernemq(reader.read(text, 'vernemq.conf'), absolute).listeners
  } catch (error) {
    if (error instanceof ConfigRefusal) return []
    throw error
  }
}

function note(event, sessions) {
  if (event.result !== 'accepted' || event.mqtt?.id === undefined) return
  const [, host, port] = /^\[?(.*?)\]?:(\d+)$/.exec(event.client) ?? []
  const user = event.mqtt.username ?? null
  sessions.add({ client_id: event.mqtt.id, peer_host: host, peer_port: Number(port), user })
}

/** What `vmq-admin` talks to. */
function serveControl(settings, state) {
  const path = controlSocket(base)
  if (existsSync(path)) rmSync(path)
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let asked = ''
    socket.on('error', () => {})
    socket.on('data', (data) => (asked += data))
    socket.on('end', () => socket.end(JSON.stringify(answer(JSON.parse(asked), settings, state))))
  })
  server.listen(path)
  writeFileSync(join(base, 'data', 'cookie'), settings.get('distributed_cookie'))
}

function answer({ cookie, args }, settings, state) {
  if (cookie !== settings.get('distributed_cookie')) return { text: 'Node is not responding to pings.', code: 1 }
  const [noun, verb] = args
  if (!state.commands) return { text: 'Usage information not found for the given command', code: 1 }
  if (noun === 'session' && verb === 'show') return { rows: [...state.sessions.values()] }
  if (noun === 'plugin' && verb === 'show') {
    const on = state.plugins && settings.get('plugins.vmq_acl') !== 'off'
    return {
      rows: on
        ? [
            {
              Plugin: 'vmq_acl',
              Type: 'application',
              'Hook(s)': 'auth_on_publish',
              'M:F/A': 'vmq_acl:auth_on_publish/6',
            },
          ]
        : [],
    }
  }
  return { text: 'Usage information not found for the given command', code: 1 }
}

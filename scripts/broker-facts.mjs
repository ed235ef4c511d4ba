#!/usr/bin/env node
// Asks running brokers whether what is written down of them in src/brokers/*/facts.ts still holds, and names what
// changed: `node scripts/broker-facts.mjs rabbitmq@4 mosquitto@2.1`. Ends with 1 when something did. `npm run build` first.
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { generate, parser } from 'mqtt-packet'
import { brokerOf, isRunnable } from '../dist/brokers/index.js'
import { driverFor } from '../dist/host/brokers/index.js'
import { makeWorkdir } from '../dist/host/files/workdir.js'
import { freePort } from '../dist/host/net/ports.js'
import { endAll } from '../dist/host/process/lifetime.js'
import { older } from '../dist/kernel/version.js'
import { argumentsOf } from './arguments.mjs'

/** A sound file of each kind, with the lines of a question in it. */
const files = {
  mosquitto: {
    name: 'mosquitto.conf',
    text: (port, more) => `allow_anonymous true\nlistener ${port} 127.0.0.1\n${more}`,
  },
  rabbitmq: { name: 'rabbitmq.conf', text: (port, more) => `mqtt.listeners.tcp.1 = 127.0.0.1:${port}\n${more}` },
  vernemq: {
    name: 'vernemq.conf',
    text: (port, more) =>
      `listener.tcp.haproxy = 127.0.0.1:${port}\nallow_anonymous = on\nnodename = facts@127.0.0.1\ndistributed_cookie = facts\n${more}`,
  },
  flashmq: {
    name: 'flashmq.conf',
    text: (port, more) =>
      `allow_anonymous true\nlisten {\n  inet_protocol ip4\n  inet4_bind_address 127.0.0.1\n  port ${port}\n${more}}\n`,
  },
}

/** So that a nameless client gets a CONNACK. */
const anonymous = {
  rabbitmq: ['anonymous_login_user = guest', 'anonymous_login_pass = guest', 'loopback_users = none'],
}

const { positionals: wanted } = argumentsOf('node scripts/broker-facts.mjs [BROKER[@VERSION]...]', {
  most: 99,
  wrong: ({ positionals }) => {
    const strange = positionals.filter((name) => files[name.split('@')[0]] === undefined)
    return strange.length === 0
      ? undefined
      : `not known: ${strange.join(', ')}; known: ${Object.keys(files).join(', ')}`
  },
})
try {
  process.exitCode = (await main(wanted.length === 0 ? ['mosquitto@2.1', 'rabbitmq@4'] : wanted)) ? 0 : 1
} finally {
  await endAll()
}

async function main(names) {
  let same = true
  for (const name of names) {
    const [kind, line] = name.split('@')
    if (!isRunnable(kind) || files[kind] === undefined) throw new Error(`${name}: nothing is known of how to run it`)
    const driver = await driverFor(kind, line === undefined ? {} : { program: line })
    const { version } = await driver.facts()
    console.log(`${kind} ${version}`)
    for (const fact of brokerOf(kind).facts ?? []) {
      if (fact.ask === undefined || (fact.since !== undefined && older(version, fact.since))) continue
      if (fact.until !== undefined && older(fact.until, version)) continue
      const said = await answer(kind, driver, fact.ask, version)
      const holds = said === fact.ask.is || (fact.ask.kind === 'version' && version.startsWith(fact.ask.is))
      same &&= holds
      console.log(holds ? `  ok       ${fact.id}` : `  CHANGED  ${fact.id}: ${fact.what}`)
      if (!holds) console.log(`           written: ${fact.ask.is} (${fact.source}, ${fact.date}); now: ${said}`)
    }
  }
  return same
}

async function answer(kind, driver, question, version) {
  if (question.kind === 'version') return version
  const folder = await makeWorkdir('facts')
  const port = await freePort()
  const { name, text } = files[kind]
  const configFile = join(folder.path, name)
  const lines = question.lines ?? anonymous[kind] ?? []
  writeFileSync(configFile, text(port, `${lines.map((one) => one.replaceAll('PORT', String(port))).join('\n')}\n`))
  const start = () => driver.start({ folder: folder.path, configFile, listeners: [{ host: '127.0.0.1', port }] })
  let broker
  try {
    broker = await start()
  } catch (error) {
    await folder.remove()
    if (question.kind === 'accepts' && error.code === 'MP-BROKER-START') return false
    throw error
  }
  try {
    if (question.kind === 'accepts') return true
    const five = question.kind === 'connack'
    const packet = await connackTo(port, five ? { version: 5 } : { version: 4, ...question })
    if (!five) return packet?.returnCode ?? 'closed'
    return packet?.properties?.[question.property] ?? null
  } finally {
    await broker.stop()
    await folder.remove()
  }
}

/** The CONNACK, or nothing: closed, or silent for 20 s. */
function connackTo(port, { version, header = '', username, password }) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const packets = parser({ protocolVersion: version })
    const end = (packet) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(packet)
    }
    const timer = setTimeout(end, 20_000)
    packets.on('packet', end)
    packets.on('error', () => end())
    socket.on('error', () => end())
    socket.on('close', () => end())
    socket.on('data', (data) => packets.parse(data))
    const hello = {
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: version,
      clientId: 'facts',
      clean: true,
      keepalive: 60,
    }
    const login = username === undefined ? {} : { username, password: Buffer.from(password) }
    socket.write(Buffer.concat([Buffer.from(header, 'hex'), generate({ ...hello, ...login })]))
  })
}

import { describe, expect, it } from 'vitest'
import { readWorkspace } from '../../src/lint/workspace.js'
import { readPaths } from '../../src/path/index.js'
import { type PlanInput, planItems } from '../../src/plan/plan.js'

const base: PlanInput = { clients: 1000, keepalive: 60, transport: 'plain', model: undefined, machine: undefined }
const here = { openFiles: 20_000, clientPorts: [32_768, 60_999] as const, memory: 8e9 }

function filesOf(haproxy: string, mosquitto = 'listener 1884 127.0.0.1\nallow_anonymous true\n') {
  const { input } = readWorkspace([
    { path: 'haproxy.cfg', text: haproxy, dialect: 'haproxy' },
    { path: 'mosquitto.conf', text: mosquitto, dialect: 'mosquitto' },
  ])
  return readPaths(input)
}

const cfg = (global: string, server = 'server a 127.0.0.1:1884', bind = 'bind :1883', timeout = '2m') =>
  `global\n ${global}\ndefaults\n mode tcp\n timeout connect 5s\n timeout client ${timeout}\n timeout server ${timeout}\nlisten mqtt\n ${bind}\n ${server}\n`

const statusOf = (input: PlanInput) => planItems(input).map(({ id, status }) => [id, status])
const one = (id: string, input: PlanInput) => planItems(input).filter((item) => item.id === id)

describe('what many clients need', () => {
  it('says numbers to set where nothing is given', () => {
    expect(statusOf(base)).toEqual([
      ['haproxy maxconn', 'warning'],
      ['haproxy open files', 'warning'],
      ['ports to the broker', 'ok'],
      ['broker open files', 'warning'],
      ['haproxy memory', 'ok'],
      ['broker memory', 'ok'],
      ['timeouts', 'warning'],
      ['reload', 'ok'],
    ])
    expect(one('haproxy maxconn', base)[0]?.next).toEqual(['global: maxconn 1100'])
  })

  it('takes two descriptors for each session, and says what this machine has', () => {
    expect(one('haproxy open files', { ...base, clients: 9950, machine: here })).toMatchObject([{ status: 'ok' }])
    expect(one('haproxy open files', { ...base, clients: 9951, machine: here })).toMatchObject([
      {
        status: 'wrong',
        text: '20,002 are needed, the limit here is 20,000',
        next: ['unit of HAProxy: LimitNOFILE=20002'],
      },
    ])
  })

  it('counts the ports of every pair of addresses, by the range of this machine', () => {
    const many = { ...base, clients: 100_000 }
    expect(one('ports to the broker', many)[0]?.text).toBe(
      '28,232 for each pair of a source address and a server address; 100,000 sessions take 4',
    )
    const wide = { ...many, machine: { ...here, clientPorts: [1024, 65_535] as const } }
    expect(one('ports to the broker', wide)[0]?.text).toMatch(/^64,512 for each .* take 2$/)
  })

  it('compares the files: maxconn, source ports, connections of the broker, silence', () => {
    const model = filesOf(
      cfg('maxconn 500', 'server a 127.0.0.1:1884 source 127.0.0.1:40000-40099', undefined, '80s'),
      'listener 1884 127.0.0.1\nmax_connections 300\nallow_anonymous true\n',
    )
    const items = planItems({ ...base, model })
    expect(items.filter(({ status }) => status === 'wrong')).toMatchObject([
      { id: 'haproxy maxconn', text: '500 at haproxy.cfg:2, for 1,000 clients' },
      { id: 'ports to the broker', text: '100 behind listen "mqtt", for 1,000 clients' },
      { id: 'broker connections', text: '300 at mosquitto.conf:2, for 1,000 clients' },
      { id: 'timeouts', text: 'HAProxy ends a session after 80 s of silence; a keepalive of 60 s allows 90 s' },
    ])
    const enough = planItems({ ...base, clients: 100, keepalive: 50, model })
    expect(enough.filter(({ status }) => status === 'wrong')).toEqual([])
  })

  it('warns of a storm after a reload where the files bring one', () => {
    expect(one('reload', { ...base, model: filesOf(cfg('hard-stop-after 30s')) })).toMatchObject([
      { status: 'warning', text: expect.stringMatching(/1,000 sessions 30 s after a reload.*haproxy\.cfg:2/) },
    ])
    expect(one('reload', { ...base, model: filesOf(cfg('maxconn 5000')) })).toMatchObject([{ status: 'ok' }])
  })

  it('takes from the files what clients speak, and counts the memory of a reload twice', () => {
    const memory = (input: PlanInput) => one('haproxy memory', input)[0]?.text
    const secure = filesOf(cfg('maxconn 5000', undefined, 'bind :8883 ssl crt server.pem'))
    const mutual = filesOf(
      cfg('maxconn 5000', undefined, 'bind :8883 ssl crt server.pem ca-file ca.pem verify required'),
    )
    expect(memory({ ...base, model: secure })).toMatch(/^31 MB with TLS,/)
    expect(memory({ ...base, model: mutual })).toMatch(/^36 MB with TLS and client certificates/)
    expect(memory(base)).toMatch(/^4 MB without TLS/)
    const small = { ...base, clients: 100_000, transport: 'tls' as const, machine: { ...here, memory: 6e9 } }
    expect(one('memory', small)).toMatchObject([
      { status: 'wrong', text: '6.0 GB here, 6.7 GB are needed during a reload' },
    ])
  })
})

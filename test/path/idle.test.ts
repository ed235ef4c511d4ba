import { expect, it } from 'vitest'
import { idleTimers } from '../../src/path/idle.js'
import { modelOfFiles } from './describe.js'

/** The timers of the first hop, as `name value`. */
function timers(text: string): readonly string[] {
  const { paths } = modelOfFiles(new Map([['h.cfg', text]]))
  const leg = paths[0]?.legs[0]
  if (leg === undefined) throw new Error('no hop')
  expect(leg.carried.idleMs).toBe(
    idleTimers(leg).length === 0 ? undefined : Math.min(...idleTimers(leg).map((one) => one.timeout.value)),
  )
  return idleTimers(leg).map(({ name, timeout, proxy }) => `${name} ${timeout.value} ${proxy.name}`)
}

const pair = (front: string, back: string) =>
  `frontend f\n bind :1883\n${front} default_backend b\nbackend b\n${back} server s 10.0.0.1:1\n`

it.each([
  ['none', '', '', []],
  ['of both sides', ' timeout client 30s\n', ' timeout server 40s\n', ['client 30000 f', 'server 40000 b']],
  ['of the client', ' timeout client 30s\n', '', ['client 30000 f']],
  ['of the server', '', ' timeout server 40s\n', ['server 40000 b']],
  ['without a limit', ' timeout client 0\n', ' timeout server 40s\n', ['server 40000 b']],
  [
    'a tunnel in place of both',
    ' timeout client 30s\n',
    ' timeout server 40s\n timeout tunnel 1h\n',
    ['tunnel 3600000 b'],
  ],
  ['a tunnel without a limit', ' timeout client 30s\n', ' timeout server 40s\n timeout tunnel 0\n', []],
  [
    'a tunnel of the frontend, which counts for nothing',
    ' timeout client 30s\n timeout tunnel 1h\n',
    '',
    ['client 30000 f'],
  ],
])('%s', (_, front, back, expected) => {
  expect(timers(pair(front, back))).toEqual(expected)
})

it('a backend that nobody leads to has the timer of its server', () => {
  expect(timers('backend b\n timeout client 30s\n timeout server 40s\n server s 10.0.0.1:1\n')).toEqual([
    'server 40000 b',
  ])
})

it('a tunnel that is written with a variable is some tunnel', () => {
  const text = pair(
    ' timeout client 30s\n',
    ' timeout server 40s\n.if feature(X)\n mode tcp\n.endif\n timeout tunnel "$T"\n',
  )
  expect(timers(text)).toEqual([])
})

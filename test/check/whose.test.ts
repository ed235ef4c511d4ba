import { expect, test } from 'vitest'
import { linesOf, newLines } from '../../src/check/whose.js'

const rabbitmq = [
  '[info] <0.10.0> Time to start RabbitMQ: 4369 ms',
  '[debug] <0.691.0> MQTT accepting TCP connection <0.691.0> (127.0.0.2:4022 -> 127.0.0.1:1883)',
  '[debug] <0.693.0> MQTT accepting TCP connection <0.693.0> (127.0.0.2:40221 -> 127.0.0.1:1883)',
  '[debug] <0.691.0> Received a CONNECT, client ID: check-connect-5.0',
  '[info] <0.693.0> closing MQTT connection <0.693.0>',
  "[debug] <0.700.0> error when receiving proxy header: 'The PROXY protocol header signature was not recognized.'",
]

test('lines that name an end or the client id, and those of the process that wrote them', () => {
  expect(linesOf(rabbitmq, { ends: ['127.0.0.2:4022'] })).toEqual([rabbitmq[1], rabbitmq[3]])
  expect(linesOf(rabbitmq, { ends: ['127.0.0.2:40221'] })).toEqual([rabbitmq[2], rabbitmq[4]])
  expect(linesOf(rabbitmq, { ends: [], clientId: 'check-connect-5.0' })).toEqual([rabbitmq[1], rabbitmq[3]])
  expect(linesOf(rabbitmq, { ends: [''] })).toEqual([])
})

test('part of an address or of a client id is not it', () => {
  const lines = [
    'New client connected from 127.0.0.1:4022 as check-a-2 (p4, c1, k60).',
    'New client connected from 27.0.0.1:4022 as check-a-s (p4, c1, k60).',
    'New client connected from ::1:4022 as check-a.b (p4, c1, k60).',
    'Client check-a closed its connection.',
  ]
  expect(linesOf(lines, { ends: ['27.0.0.1:4022'] })).toEqual([lines[1]])
  expect(linesOf(lines, { ends: [], clientId: 'check-a' })).toEqual([lines[1], lines[3]])
})

test('what a log gets later, but for processes that were there', () => {
  const log = [...rabbitmq.slice(0, 3)]
  const since = newLines(log)
  log.push('[info] <0.10.0> Time to start RabbitMQ: 1 ms', '[debug] <0.701.0> error', 'a line without a process')
  expect(since(log)).toEqual(['[debug] <0.701.0> error', 'a line without a process'])
})

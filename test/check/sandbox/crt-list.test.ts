import { expect, it } from 'vitest'
import { plainOptions, portKeys, relocate } from '../../../src/check/sandbox/relocate.js'
import { defaults, pairOf } from '../pairs.js'

function bindOf(words: string, list: string | undefined): string | undefined {
  const text = `${defaults}listen mqtt\n    bind 127.0.0.1:8883 ssl ${words}\n    server b 127.0.0.1:1884\n`
  const pair = pairOf(text, 'listener 1884 127.0.0.1\nallow_anonymous true\n')
  const keys = portKeys(pair, 4)
  const { haproxy } = relocate(pair, {
    ...plainOptions,
    folder: '/box',
    ip: 4,
    portOf: (key) => 40_000 + keys.indexOf(key),
    read: (path) => (path === 'list.txt' ? list : undefined),
  })
  const copy = haproxy.flatMap((one) => one.files).map((file) => file.text)
  return /bind \S+ (.*)/.exec(copy.join(''))?.[1]
}

const own = 'ssl crt certs/haproxy/'

it.each([
  [
    'what a line demands',
    'a.pem [ca-file ca.crt verify required] a.example\n',
    `${own} ca-file certs/ca/client-ca.crt verify required`,
  ],
  [
    'the strictest of its lines',
    'a.pem [verify optional ca-file c] a\nb.pem [ca-file c verify required] b\n',
    `${own} ca-file certs/ca/client-ca.crt verify required`,
  ],
  [
    'what it only allows',
    'a.pem [ca-file c verify optional]\n',
    `${own} ca-file certs/ca/client-ca.crt verify optional`,
  ],
  ['nothing where no line asks', '# a.pem [verify required]\na.pem [alpn mqtt] a.example\nb.pem\n', own],
  ['nothing where the list is not here', undefined, own],
])('a bind with a crt-list asks its clients for %s', (_, list, expected) => {
  expect(bindOf('crt-list list.txt', list)?.replace(/certs\/\S*client-ca\S*/, 'certs/ca/client-ca.crt')).toBe(expected)
})

it('the bind itself has the last word', () => {
  expect(bindOf('crt-list list.txt verify none', 'a.pem [ca-file c verify required]\n')).toBe(`${own} verify none`)
})

import { describe, expect, it } from 'vitest'
import { modelOf } from '../../../src/check/model.js'
import { plainOptions, portKeys, relocate } from '../../../src/check/sandbox/relocate.js'
import { waysOf } from '../../../src/check/ways.js'
import { defaults, pairOf } from '../pairs.js'

const broker =
  'listener 1884 127.0.0.1\nenable_proxy_protocol 2\nallow_anonymous true\nlistener 1886 127.0.0.1\nallow_anonymous true\n'

const haproxy = (rules: string) => `${defaults}frontend f
    bind 127.0.0.1:1883
    bind 127.0.0.1:1885
${rules}    default_backend proxied
backend plain
    server p 127.0.0.1:1886
backend proxied
    server s 127.0.0.1:1884 send-proxy-v2
`

function moved(rules: string) {
  const pair = pairOf(haproxy(rules), broker)
  const keys = portKeys(pair, 4)
  const { haproxy: copies } = relocate(pair, {
    ...plainOptions,
    folder: '/box',
    ip: 4,
    portOf: (key) => 40_000 + keys.indexOf(key),
  })
  const text = copies
    .flatMap((one) => one.files)
    .map((file) => file.text)
    .join('')
  const [first, second] = [...text.matchAll(/bind 127\.0\.0\.1:(\d+)/g)].map(([, port]) => port)
  return { text, first, second }
}

describe('rules that compare the port of a client', () => {
  it.each([
    ['    use_backend plain if { dst_port 1885 }\n', (at: string) => `use_backend plain if { dst_port ${at} }`],
    ['    acl web dst_port eq 1885\n    use_backend plain if web\n', (at: string) => `acl web dst_port eq ${at}`],
    [
      '    use_backend plain if { fc_dst_port 1885:1890 } or { src 10.0.0.0/8 }\n',
      (at: string) => `{ fc_dst_port ${at} } or`,
    ],
  ])('go with its bind: %s', (rules, expected) => {
    const { text, second } = moved(rules)
    expect(text).toContain(expected(second ?? ''))
  })

  it('a range stands for every bind within it, and what names no bind stays', () => {
    const { text, first, second } = moved('    use_backend plain if { dst_port 1880:1890 9999 }\n')
    expect(text).toContain(`{ dst_port ${first} ${second} 9999 }`)
  })

  it.each([
    ['    use_backend plain if { dst_port 1885 }\n', ['1884', '1886']],
    ['    use_backend plain unless { dst_port 1885 }\n', ['1886', '1884']],
    ['    acl low dst_port 1000:1883\n    use_backend plain if low\n', ['1886', '1884']],
  ])('say where the clients of each bind go: %s', (rules, ports) => {
    const ways = waysOf(modelOf(pairOf(haproxy(rules), broker)))
    expect(ways.map(({ listener }) => listener?.endpoint.kind === 'tcp' && String(listener.endpoint.port))).toEqual(
      ports,
    )
  })
})

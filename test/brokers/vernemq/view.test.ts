import { describe, expect, it } from 'vitest'
import { parseCuttlefish } from '../../../src/brokers/cuttlefish.js'
import { viewVernemq } from '../../../src/brokers/vernemq/view.js'
import { renderEntries } from '../../../src/config/entries.js'

function listenersOf(text: string) {
  return viewVernemq(parseCuttlefish(text, 'v.conf').document).listeners
}

describe('vernemq.conf', () => {
  it('a listener takes the default of its kind unless it says otherwise', () => {
    const listeners = listenersOf(`
listener.tcp.proxy_protocol = on
listener.tcp.default = 127.0.0.1:1883
listener.tcp.other = 0.0.0.0:1884
listener.tcp.other.proxy_protocol = off
listener.ws.web = 127.0.0.1:8080
`)
    expect(listeners.map((one) => [one.name, one.proxy.value, one.usesCn])).toEqual([
      ['default', true, true],
      ['other', false, true],
      ['web', false, false],
    ])
    expect(listeners[1]?.endpoint).toEqual({ kind: 'tcp', host: undefined, port: 1884 })
  })

  it('never has PROXY on a listener that ends TLS', () => {
    expect(listenersOf('listener.ssl.s = 127.0.0.1:8883\nlistener.ssl.s.proxy_protocol = on\n')[0]?.proxy.value).toBe(
      false,
    )
  })

  it('the last line of a key wins', () => {
    const text = 'listener.tcp.a = 127.0.0.1:1\nlistener.tcp.a = 127.0.0.1:2\n'
    expect(listenersOf(text).map((one) => one.endpoint)).toEqual([{ kind: 'tcp', host: '127.0.0.1', port: 2 }])
  })

  it('keeps comments and says what is no setting', () => {
    const text = '## head\n  # indented\nallow_anonymous = on # why\nnonsense\nempty =\n'
    const { document, problems } = parseCuttlefish(text, 'v.conf')
    expect(renderEntries(document)).toBe(text)
    expect(document.lines[2]).toMatchObject({ key: 'allow_anonymous', value: 'on', comment: 'why' })
    expect(problems.map((one) => [one.code, one.span.line])).toEqual([
      ['no-setting', 4],
      ['no-value', 5],
    ])
  })
})

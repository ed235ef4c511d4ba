import { type Meaning, refOf } from './meaning.js'
import { payloadBytes, validCn } from './names.js'
import * as refused from './refusals.js'
import { topologyRows } from './topology-rows.js'
import type { ExpectedSight, MqttVersion, OutcomeRow } from './types.js'

/** Every expectation of a scenario, good ones first. The order is the order in which they are reported. */
export function outcomesOf(meaning: Meaning): readonly OutcomeRow[] {
  return [...accepted(meaning), ...refused.byTls(meaning), ...refused.byHeader(meaning), ...topologyRows(meaning)]
}

function accepted(meaning: Meaning): OutcomeRow[] {
  const saw = sightOf(meaning)
  const who = saw.address === 'client' ? 'the address of the client' : 'the address of HAProxy'
  const ref = refOf(meaning)
  return [
    {
      id: 'configs-accepted',
      title: 'HAProxy and the broker accept their files',
      level: 'must',
      requirement: { text: 'Both generated files are valid for the programs that read them.', ref },
      attempt: { kind: 'configs' },
      expect: { outcome: 'accepted' },
    },
    ...(['3.1.1', '5.0'] as const).map((mqtt) => connects(mqtt, saw, who, ref)),
    ...([0, 1, 2] as const).map((qos) => publishes(qos, meaning, ref)),
    ...usernames(meaning, saw, ref),
  ]
}

function connects(mqtt: MqttVersion, saw: ExpectedSight, who: string, ref: string): OutcomeRow {
  const facts = [who, saw.tls ? 'that TLS was used' : '', saw.username ? 'the CN as username' : ''].filter(Boolean)
  return {
    id: `connect-${mqtt}`,
    title: `an MQTT ${mqtt} client connects and the broker sees ${facts.join(', ')}`,
    level: 'must',
    requirement: { text: `A client reaches the broker through HAProxy, and the broker sees ${who}.`, ref },
    attempt: { kind: 'connect', to: 'frontend', mqtt },
    expect: { outcome: 'accepted', saw },
  }
}

function publishes(qos: 0 | 1 | 2, meaning: Meaning, ref: string): OutcomeRow {
  return {
    id: `publish-qos-${qos}`,
    title: `${payloadBytes} bytes at QoS ${qos} arrive intact`,
    level: 'must',
    requirement: { text: 'HAProxy hands the MQTT bytes through unchanged, both ways.', ref },
    attempt: {
      kind: 'publish',
      qos,
      bytes: payloadBytes,
      mqtt: qos === 1 ? '5.0' : '3.1.1',
      ...(meaning.topology === 'sticky' && { clients: 'one' as const }),
    },
    expect: { outcome: 'accepted' },
  }
}

function usernames(meaning: Meaning, saw: ExpectedSight, ref: string): OutcomeRow[] {
  const rows: OutcomeRow[] = []
  if (meaning.enforces.cnAsUsername) {
    rows.push({
      id: 'username-replaced',
      title: 'the CN replaces the username that the client sent',
      level: 'must',
      requirement: { text: 'With the CN as username the certificate says who the client is, not its CONNECT.', ref },
      attempt: { kind: 'connect', to: 'frontend', mqtt: '3.1.1', username: 'eve' },
      expect: { outcome: 'accepted', saw },
    })
  } else if (meaning.client === 'mtls') {
    rows.push({
      id: 'certificate-without-cn',
      title: 'a certificate without a CN is enough',
      level: 'should',
      requirement: { text: 'The certificate has to be valid; nothing asks for a name in it.', ref },
      attempt: { kind: 'connect', to: 'frontend', mqtt: '3.1.1', certificate: 'no-cn' },
      expect: { outcome: 'accepted', saw },
    })
  }
  return rows
}

/** What the broker must believe of a good client. On scenario tcp TLS may be passed through, so nothing is said of it. */
function sightOf(meaning: Meaning): ExpectedSight {
  const address = meaning.header === 'none' ? 'haproxy' : 'client'
  const username = meaning.enforces.cnAsUsername ? validCn : null
  if (meaning.header === 'none' && meaning.client === 'as-is') return { address, username }
  return { address, username, tls: meaning.header === 'v2-ssl' || meaning.header === 'v2-ssl-cn' }
}

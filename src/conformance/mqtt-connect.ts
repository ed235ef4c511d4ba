/** An MQTT 3.1.1 CONNECT with that client id, clean session, keepalive 60; [MQTT-3.1]. At most 100 bytes of id. */
export function mqttConnect(clientId: string): Uint8Array {
  const id = Uint8Array.from(clientId.slice(0, 100), (char) => char.charCodeAt(0))
  const body = [0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 0x02, 0, 60, 0, id.length, ...id]
  return Uint8Array.of(0x10, body.length, ...body)
}

/** An MQTT DISCONNECT. */
export const mqttDisconnect: Uint8Array = Uint8Array.of(0xe0, 0)

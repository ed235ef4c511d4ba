/** How far a connection came. */
export type ConnectStage = 'connect' | 'tls' | 'websocket' | 'mqtt'

/**
 * Why there is no CONNACK. `refused`: nothing listens there (ECONNREFUSED); `unreachable`: no connection for another
 * reason; `tls`: the handshake failed, or an alert came after it; `closed`: FIN; `reset`: RST; `timeout`: silence;
 * `not-mqtt`: an answer, but no CONNACK and no WebSocket upgrade. FIN and RST are distinguished, but nothing may be
 * concluded from that alone.
 */
export type NoAnswer = 'refused' | 'unreachable' | 'tls' | 'closed' | 'reset' | 'timeout' | 'not-mqtt'

/** What came of an MQTT CONNECT. `accepted`: CONNACK with code 0; `connack`: one with another code. */
export type ConnectOutcome = 'accepted' | 'connack' | NoAnswer

<?php

/**
 * @generate-class-entries
 */

namespace Reverb;

/**
 * A WebSocket server of the Pusher protocol. It serves its clients on threads of its own; the
 * thread that calls run() only gets signals, timers and hooks, so that no PHP code ever delays
 * a message.
 *
 * Hooks, each called with one array (`app_id` and `socket_id` are strings):
 *
 *  - `log`: level (`debug`, `info`, `warning`, `error`), title, detail
 *  - `connection_opened`: app_id, socket_id, origin (?string, of the handshake), address
 *  - `connection_closed`: app_id, socket_id, origin
 *  - `connection_pruned`: app_id, socket_id, origin, last_seen (int, Unix seconds)
 *  - `message_received`: app_id, socket_id, origin, message (as it came), after it was handled
 *  - `message_sent`: app_id, socket_id, origin, message: once for each connection that gets it, so
 *    an event to 1,000 subscribers makes 1,000 calls
 *  - `client_event`: app_id, socket_id, origin, channel, user_id (?string, of the sender as a member
 *    of the presence channel), message (as it came): after a client event was passed on to others
 *  - `subscribed`, `unsubscribed`: app_id, socket_id, origin, channel
 *  - `member_added`, `member_removed`: app_id, socket_id, origin, channel, user_id: the first
 *    connection of a user came to a presence channel, the last one left it
 *  - `channel_created`, `channel_removed`: app_id, channel
 *  - `started`: address, socket (?string), threads (int), warnings (list<string>)
 *  - `stopping`: reason (`SIGTERM`, `SIGINT`, or `stop`)
 *  - `signal`: signal (`SIGHUP`, after the certificate was read anew, or `SIGUSR2`)
 *
 *  - `application_wanted`: by (`id` or `key`), value. It answers: with an entry of the shape of
 *    `apps`, or null when there is no such application. See `apps` below.
 *
 * Hooks nobody listens to cost nothing. At most 10,000 calls wait for a slow listener; what comes
 * then is dropped and counted (`hooks_dropped` of stats()). When the server ends, calls that wait are
 * made until drain_delay and drain_timeout are over, and at least for a second after the last client
 * has gone; the rest is dropped and counted as well, and the `log` hook tells how many. The call
 * that runs is never cut off.
 *
 * exit() in a hook or a timer lets the server drain, then ends the process with that status; so
 * does a fatal error, with 255. No PHP code runs in between. A child that a hook forks has to end
 * with exit() or exec: the server is its parent's.
 *
 * @strict-properties
 * @not-serializable
 */
final class Server
{
    /**
     * Checks the configuration; opens nothing yet. Keys as in config/reverb.php, all optional:
     *
     *     host: string, port: int (0: any free one), path: string, tls: array{local_cert?: string,
     *     local_pk?: string, passphrase?: string}, trusted_proxies: list<string> (addresses, ranges
     *     such as `10.0.0.0/8`, or `*` for whoever connects: peers whose X-Forwarded-For or X-Real-IP
     *     is the client's address), compression: array{enabled?: bool, threshold?: int (bytes of a
     *     message), level?: int (1 to 9)}, socket: ?string, socket_mode: int,
     *     socket_required: bool, threads: int (at most 64; 0: one per core this process may use),
     *     max_request_size: int (bytes), outbox_limit: int (bytes), outbox_soft_limit: int (bytes),
     *     outbox_grace: float (seconds), handshake_timeout: float (seconds), drain_delay: float
     *     (seconds), drain_window: float (seconds), drain_timeout: float (seconds),
     *     auth_timestamp_tolerance: int (seconds, 0: unchecked), cache_ttl: int (seconds), debug: bool,
     *     application_ttl: int (seconds), application_timeout: float (seconds),
     *     scaling: array{enabled?: bool, channel?: string, prefix?: string, connections?: string
     *     (`node` or `cluster`: what max_connections counts), server?: array{host?: string, port?: int,
     *     path?: string (of a unix socket, in place of them), username?: string, password?: string,
     *     database?: int, tls?: bool, ca_file?: string, ca_path?: string, certificate_file?: string,
     *     private_key_file?: string, verify_peer?: bool, peer_name?: string, sentinels?: list<string>,
     *     service?: string, sentinel_username?: string, sentinel_password?: string, cluster?:
     *     list<string> (both as `host:port`), connect_timeout?: float (seconds), ping_interval?: float
     *     (seconds), ping_timeout?: float (seconds)}},
     *     apps: list<array{app_id: string, key: string, secret: string, ping_interval?: int
     *     (seconds), activity_timeout?: int (seconds), allowed_origins?: list<string>,
     *     max_connections?: ?int, max_message_size?: int (bytes), accept_client_events_from?:
     *     string (`all`, `members`, `none`), rate_limiting?: array{enabled: bool, max_attempts:
     *     int, decay_seconds: int, terminate_on_limit: bool}}>
     *
     * Applications that are not in `apps` are asked for by the hook `application_wanted`, where it
     * has a listener before run() is called; without one, `apps` must have an application. It is
     * called ahead of all other hooks. An answer, also that there is none, holds for
     * application_ttl; whoever needs it waits at most application_timeout, then is told to try
     * again, as after an exception in the listener. An application whose time is over is served on
     * while it is asked for again, for at most another application_ttl or until asking succeeds;
     * one with open connections is so however long nobody asked, so that its listeners may ask this
     * server over HTTP.
     *
     * @phpstan-param array<string, mixed> $configuration
     * @throws ConfigurationException naming the key that is unknown, missing or wrong
     */
    public function __construct(array $configuration) {}

    /**
     * Sets the listener of a hook, in place of an earlier one; null removes it. `exception` is a
     * hook too: it gets whatever another hook or a timer threw. Without it, or where it throws
     * itself, that is a warning, displayed and logged, but given to no error handler.
     *
     * @throws \ValueError for a hook of another name
     */
    public function on(string $hook, ?callable $listener): void {}

    /**
     * Calls $callback on the thread of run(), every $seconds from now on.
     *
     * @return int the timer's number, for cancel()
     * @throws \ValueError unless $seconds is at least 0.001 and at most 366 days
     */
    public function every(float $seconds, callable $callback): int {}

    /** @return bool whether there was such a timer */
    public function cancel(int $timer): bool {}

    /**
     * Opens the listeners and serves until stop() or SIGTERM or SIGINT, which drain first; a
     * second signal ends it at once, and where a hook or a timer runs just then, the process with
     * it. The drain does not wait for a hook or a timer that runs, run() does. While it runs the
     * extension owns TERM, INT, HUP and USR2: a handler that a hook or a timer installs is replaced
     * again when it returns, or up to 10 ms and a call later where other calls wait.
     *
     * SIGHUP reads the certificate of `tls` anew, for handshakes from then on; no connection is
     * touched. When its files are wrong the earlier one stays. The `log` hook tells either.
     *
     * @throws ConfigurationException for what cannot be had, such as a port in use
     * @throws Exception when it runs already, or in a forked child
     */
    public function run(): void {}

    /** Drains and then ends run(). Returns at once; does nothing when it does not run. */
    public function stop(): void {}

    /**
     * Publishes in-process, from a hook or a timer: no socket, no signature.
     *
     * @phpstan-param string|list<string> $channels
     * @param string $data UTF-8, delivered as the event's `data` string
     * @param string|null $except socket id that does not get the event
     * @param string $info attributes wanted of each channel, separated by commas
     * @return array<string, array<string, mixed>> by channel, empty unless $info asked for something
     * @throws RejectedException when the event is refused, with the reason and its status code
     * @throws Exception when the server does not run
     */
    public function publish(string $appId, string|array $channels, string $event, string $data, ?string $except = null, string $info = ''): array {}

    /**
     * Sends one connection a message as it is, whichever thread has it. Returns at once; nothing
     * happens where there is no such connection. One that has no room for it in its outbox_limit is
     * cut off as too slow.
     *
     * @throws \ValueError for a malformed socket id, or a message that is not UTF-8
     * @throws Exception when the server does not run
     */
    public function send(string $socketId, string $message): void {}

    /**
     * Closes one connection, whichever thread has it. Returns at once; nothing happens where there
     * is no such connection.
     *
     * @param int $code of the close frame: 1000 or 3000 to 4999. pusher-js gives up after 4000 to
     *     4099, waits and connects again after 4100 to 4199, and otherwise connects again.
     * @param string $reason UTF-8, at most 123 bytes
     * @throws \ValueError for a malformed socket id, another code, a longer reason
     * @throws Exception when the server does not run
     */
    public function disconnect(string $socketId, int $code = 1000, string $reason = ''): void {}

    /** Open WebSocket connections, of one application or of all. 0 when it does not run. */
    public function connections(?string $appId = null): int {}

    /** Channels with at least one subscriber, of one application or of all. */
    public function channels(?string $appId = null): int {}

    /**
     * Counters: connections, channels, connections_opened, messages_received, messages_published,
     * deliveries, slow_closes, deadline_closes, auth_failures, hooks_dropped, hooks_waiting,
     * bytes_received (of clients' messages), bytes_sent (to them, as frames),
     * connections_compressed (those open that agreed on compression), messages_compressed (each
     * once, however many got it), bytes_saved (of frames, by compression);
     * connections_by_thread is a list; applications has, by id, connections, channels,
     * messages_received and messages_sent (of and to its clients). One that was looked up and is not
     * in use any more is forgotten, and counts from nothing when it comes back.
     *
     * @return array<string, int|list<int>|array<array-key, array<string, int>>>
     */
    public function stats(): array {}

    /** @return int|null the TCP port it listens on, null when it does not run */
    public function port(): ?int {}
}

/**
 * Publishes events to a running server from any PHP process. Objects with the same options share
 * one connection, which outlives the request in a long-lived process such as a php-fpm worker.
 *
 * @strict-properties
 * @not-serializable
 */
final class Publisher
{
    /**
     * Does not connect yet. Either the unix socket of a server on this host:
     *
     *     socket: string
     *
     * or its HTTP API over TCP, signed with the application's key and secret:
     *
     *     host: string, port: int, key: string, secret: string, path?: string, tls?: bool, verify_peer?:
     *     bool, peer_name?: string, ca_file?: string, ca_path?: string, certificate_file?: string,
     *     private_key_file?: string (the certificate is checked unless verify_peer is false)
     *
     * or the Redis that several servers share, to all of them, from a host that needs none:
     *
     *     scaling: array (that of Server, with `enabled`), app_ids?: list<string> (of the applications
     *     that there are; none: any), outbox_limit?: int (bytes), cache_ttl?: int (seconds), as the
     *     servers have them
     *
     * and in all cases connect_timeout?: float (seconds, 1.0), timeout?: float (seconds, 5.0).
     *
     * @phpstan-param array<string, mixed> $options
     * @throws ConfigurationException
     */
    public function __construct(#[\SensitiveParameter] array $options) {}

    /**
     * Sends one event and waits until the server has taken it. Never sends twice: again only where
     * nothing was written or the server answered over the unix socket that it is going away.
     *
     * @phpstan-param string|list<string> $channels
     * @param string $data UTF-8, delivered as the event's `data` string
     * @param string|null $except socket id that does not get the event
     * @param string $info attributes wanted of each channel, separated by commas
     * @return array<string, array<string, mixed>> by channel, empty unless $info asked for something
     * @throws ConnectException nothing was sent: another way may be tried
     * @throws RejectedException the server refused, with its words and its status code
     * @throws OutcomeUnknownException it was sent and no answer came
     */
    public function publish(string $appId, string|array $channels, string $event, string $data, ?string $except = null, string $info = ''): array {}

    /**
     * What the server says of itself, over the unix socket: version, pid, uptime (seconds), address,
     * path, tls, socket, draining; the counters of Server::stats(); threads, a list of connections
     * and queued_bytes; applications by id, at most the 1,000 with the most connections, and
     * applications_left_out; cluster, what the node knows of it, or null where it is alone: node, redis
     * (`up`, or `down: ` and why), nodes, and counters of what passes by Redis.
     *
     * @return array<string, mixed>
     * @throws Exception where the target is not a unix socket
     * @throws ConnectException nothing listens there, or this process may not connect
     * @throws RejectedException the server is of a version that tells none
     * @throws OutcomeUnknownException no answer came
     */
    public function status(): array {}

    /**
     * Connects unless connected.
     *
     * @throws ConnectException whose code is the errno, such as 13 for a refused permission
     */
    public function connect(): void {}

    public function connected(): bool {}

    /** Closes the shared connection; the next publish() opens it again. */
    public function close(): void {}
}

class Exception extends \RuntimeException
{
}

/** A setting that is unknown, missing, wrong or cannot be had. */
class ConfigurationException extends Exception
{
    /** The key, such as `port` or `apps.0.key`. */
    public readonly string $setting;
}

/** No connection to the server; nothing was sent. */
class ConnectException extends Exception
{
}

/** The server refused the event; the code is the HTTP status. */
class RejectedException extends Exception
{
}

/** The event was sent and no answer came: it may or may not have been delivered. */
class OutcomeUnknownException extends Exception
{
}

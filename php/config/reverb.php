<?php

declare(strict_types=1);

return [

    /*
    |--------------------------------------------------------------------------
    | Server
    |--------------------------------------------------------------------------
    |
    | Which of the servers below reverb:start runs. There is one: "reverb".
    |
    */

    'default' => env('REVERB_SERVER', 'reverb'),

    'servers' => [

        'reverb' => [

            /*
            | Where clients and HTTP publishers connect. "path" is a prefix of every route;
            | "hostname" is the public name of the server.
            */

            'host' => env('REVERB_SERVER_HOST', '0.0.0.0'),
            'port' => env('REVERB_SERVER_PORT', 8080),
            'path' => env('REVERB_SERVER_PATH', ''),
            'hostname' => env('REVERB_HOST'),

            /*
            | With a certificate ("local_cert", and "local_pk" and "passphrase" where needed) the
            | server speaks TLS. Without one it takes the certificate that Laravel Herd or Valet
            | made for "hostname", where there is one; "tls" => false: no TLS at all.
            | SIGHUP reads renewed files, and nobody is disconnected. Clients' certificates are not
            | asked for.
            */

            'options' => [
                'tls' => [],
            ],

            /*
            | Proxies in front of the server, as a list or with commas between them: addresses, ranges
            | such as 10.0.0.0/8, or "*" for whoever connects. The client's address is the one they
            | tell in X-Forwarded-For or X-Real-IP, and those of anybody else are not read.
            */

            'trusted_proxies' => env('REVERB_TRUSTED_PROXIES'),

            /*
            | The unix socket by which processes of this host publish, without HTTP. null:
            | storage/framework/reverb.sock; false: none. Who may open the file may publish, so
            | "socket_mode" (octal) is the authority: owner and group by default.
            */

            'socket' => env('REVERB_SERVER_SOCKET'),
            'socket_mode' => env('REVERB_SERVER_SOCKET_MODE', '0660'),

            /*
            | How processes other than the server's own publish. "auto": by the socket where it can be
            | opened, else by the Redis of "scaling" where that is enabled, else by HTTP; "socket",
            | "redis" or "http": by nothing but that, and an error where it cannot be. What the
            | server's own process broadcasts is a direct call in any case.
            */

            'transport' => env('REVERB_TRANSPORT', 'auto'),

            /*
            | Whether messages are compressed for clients that offer it (permessage-deflate), as all
            | browsers do: an event once, whatever the number of its subscribers, from so many bytes
            | on. "level" is 1 (the fastest) to 9 (the smallest).
            */

            'compression' => [
                'enabled' => env('REVERB_COMPRESSION', false),
                'threshold' => env('REVERB_COMPRESSION_THRESHOLD', 512),
                'level' => env('REVERB_COMPRESSION_LEVEL', 3),
            ],

            /*
            | Threads that serve connections. 0: one for each core this process may use.
            */

            'threads' => env('REVERB_SERVER_THREADS', 0),

            /*
            | Bytes of an HTTP request's body, and seconds from accepting a connection to its complete
            | request or handshake.
            */

            'max_request_size' => env('REVERB_MAX_REQUEST_SIZE', 10_000),
            'handshake_timeout' => env('REVERB_HANDSHAKE_TIMEOUT', 10),

            /*
            | A client that reads too slowly is disconnected: at once when "outbox_limit" bytes
            | wait for it, and when more than "outbox_soft_limit" have waited for "outbox_grace"
            | seconds.
            */

            'outbox_limit' => env('REVERB_OUTBOX_LIMIT', 1_048_576),
            'outbox_soft_limit' => env('REVERB_OUTBOX_SOFT_LIMIT', 262_144),
            'outbox_grace' => env('REVERB_OUTBOX_GRACE', 10),

            /*
            | How the server ends, in seconds: for "drain_delay" health checks and new clients
            | are answered 503 while it still listens, then clients are disconnected, spread over
            | "drain_window"; what is left after "drain_timeout" is cut.
            */

            'drain_delay' => env('REVERB_DRAIN_DELAY', 0),
            'drain_window' => env('REVERB_DRAIN_WINDOW', 5),
            'drain_timeout' => env('REVERB_DRAIN_TIMEOUT', 8),

            /*
            | Seconds by which the clock of an HTTP publisher may differ. 0: not checked, and
            | requests can be replayed.
            */

            'auth_timestamp_tolerance' => env('REVERB_AUTH_TIMESTAMP_TOLERANCE', 600),

            /*
            | Seconds for which a cache channel keeps its last event for those who subscribe later.
            */

            'cache_ttl' => env('REVERB_CACHE_TTL', 1_800),

            /*
            | An event of the server is dispatched where a listener was registered for it by its name
            | when the server starts. Named here, it always is: for listeners to patterns, or those
            | that come later. For example Laravel\Reverb\Events\MessageSent::class.
            */

            'events' => [],

            /*
            | With another application provider than "config": the seconds for which an answer of
            | it counts, and those for which clients and publishers wait for one.
            */

            'application_ttl' => env('REVERB_APPLICATION_TTL', 60),
            'application_timeout' => env('REVERB_APPLICATION_TIMEOUT', 3),

            /*
            | Several servers as one, by a Redis that they share. "channel" is what all names in Redis
            | begin with, and "prefix" what stands before that. "connections" says whether
            | "max_connections" of an application counts those of each "node", or of the "cluster".
            */

            'scaling' => [

                'enabled' => env('REVERB_SCALING_ENABLED', false),
                'channel' => env('REVERB_SCALING_CHANNEL', 'reverb'),
                'prefix' => env('REVERB_SCALING_PREFIX', ''),
                'connections' => env('REVERB_SCALING_CONNECTIONS', 'node'),

                /*
                | Where Redis is. "url" wins over the rest: redis://, rediss:// for TLS, or unix:///path.
                | With an empty array the connection "default" of config/database.php counts. "timeout"
                | is read for Reverb's sake: a lost Redis is tried again for ever.
                */

                'server' => [
                    'url' => env('REDIS_URL'),
                    'scheme' => env('REDIS_SCHEME'),
                    'host' => env('REDIS_HOST', '127.0.0.1'),
                    'port' => env('REDIS_PORT', '6379'),
                    'username' => env('REDIS_USERNAME'),
                    'password' => env('REDIS_PASSWORD'),
                    'database' => env('REDIS_DB', '0'),
                    'timeout' => env('REDIS_TIMEOUT', 60),

                    /*
                    | For TLS. "ca_file" or "ca_path", where the system's authorities do not count;
                    | "peer_name", where the certificate has another name than the host; and a
                    | certificate of the client's own.
                    */

                    'verify_peer' => env('REVERB_REDIS_VERIFY_PEER', true),
                    'peer_name' => env('REVERB_REDIS_PEER_NAME'),
                    'ca_file' => env('REVERB_REDIS_CA_FILE'),
                    'ca_path' => env('REVERB_REDIS_CA_PATH'),
                    'certificate_file' => env('REVERB_REDIS_CERTIFICATE_FILE'),
                    'private_key_file' => env('REVERB_REDIS_PRIVATE_KEY_FILE'),

                    /*
                    | In place of host and port: Sentinels, which know where the master of "service" is,
                    | or some nodes of a Redis Cluster. Each is a list, or host:port with commas between.
                    */

                    'sentinels' => env('REVERB_REDIS_SENTINELS'),
                    'service' => env('REVERB_REDIS_SERVICE', 'mymaster'),
                    'sentinel_username' => env('REVERB_REDIS_SENTINEL_USERNAME'),
                    'sentinel_password' => env('REVERB_REDIS_SENTINEL_PASSWORD'),
                    'cluster' => env('REVERB_REDIS_CLUSTER'),
                ],
            ],

            'pulse_ingest_interval' => env('REVERB_PULSE_INGEST_INTERVAL', 15),
            'telescope_ingest_interval' => env('REVERB_TELESCOPE_INGEST_INTERVAL', 15),
        ],

    ],

    /*
    |--------------------------------------------------------------------------
    | Applications
    |--------------------------------------------------------------------------
    |
    | Who may connect and publish, with which limits. "options" says how Laravel reaches the server
    | from outside; intervals are in seconds, sizes in bytes; "accept_client_events_from" is "all",
    | "members" (of the channel) or "none". "provider" is "config", or the name of a provider that
    | the application added by ApplicationManager::extend().
    |
    */

    'apps' => [

        'provider' => 'config',

        'apps' => [
            [
                'key' => env('REVERB_APP_KEY'),
                'secret' => env('REVERB_APP_SECRET'),
                'app_id' => env('REVERB_APP_ID'),
                'options' => [
                    'host' => env('REVERB_HOST'),
                    'port' => env('REVERB_PORT', 443),
                    'scheme' => env('REVERB_SCHEME', 'https'),
                    'useTLS' => env('REVERB_SCHEME', 'https') === 'https',
                ],
                'allowed_origins' => ['*'],
                'ping_interval' => env('REVERB_APP_PING_INTERVAL', 60),
                'activity_timeout' => env('REVERB_APP_ACTIVITY_TIMEOUT', 30),
                'max_connections' => env('REVERB_APP_MAX_CONNECTIONS'),
                'max_message_size' => env('REVERB_APP_MAX_MESSAGE_SIZE', 10_000),
                'accept_client_events_from' => env('REVERB_APP_ACCEPT_CLIENT_EVENTS_FROM', 'members'),
                'rate_limiting' => [
                    'enabled' => env('REVERB_APP_RATE_LIMITING_ENABLED', false),
                    'max_attempts' => env('REVERB_APP_RATE_LIMIT_MAX_ATTEMPTS', 60),
                    'decay_seconds' => env('REVERB_APP_RATE_LIMIT_DECAY_SECONDS', 60),
                    'terminate_on_limit' => env('REVERB_APP_RATE_LIMIT_TERMINATE', false),
                ],
            ],
        ],

    ],

];

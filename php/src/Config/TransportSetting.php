<?php

declare(strict_types=1);

namespace Reverb\Laravel\Config;

use Reverb\Laravel\Exceptions\InvalidSetting;

/**
 * By which way other processes than the server's publish: `reverb.servers.reverb.transport`.
 */
enum TransportSetting: string
{
    public const KEY = 'transport';

    /** The unix socket where it can be had; else Redis, with scaling; else HTTP. */
    case Auto = 'auto';

    /** The unix socket, and an error where it cannot be had. */
    case Socket = 'socket';

    /** HTTP and nothing else. */
    case Http = 'http';

    /** Redis, which the servers share, and an error where it cannot be had. */
    case Redis = 'redis';

    /**
     * @throws InvalidSetting
     */
    public static function read(Settings $server): self
    {
        $value = $server->value(self::KEY);

        return match (true) {
            $value === null, $value === '' => self::Auto,
            default => (is_string($value) ? self::tryFrom($value) : null)
                ?? throw InvalidSetting::mustBe($server->name(self::KEY), '"auto", "socket", "redis" or "http"', $value),
        };
    }

    /**
     * Whether the server has to have its socket, as processes have no other way.
     *
     * @throws InvalidSetting where the settings leave no way at all
     */
    public function requires(?SocketPath $socket, Settings $server): bool
    {
        if ($this === self::Socket && $socket === null) {
            throw InvalidSetting::because(
                $server->name(self::KEY),
                '"socket" needs the unix socket, and '.$server->name('socket').' is false. '
                .'Set REVERB_TRANSPORT to "auto", "redis" or "http", or let the server have its socket.'
            );
        }

        return $this === self::Socket || ($socket !== null && $socket->configured);
    }

    /**
     * @throws InvalidSetting where the servers do not listen to Redis
     */
    public function check(ScalingSettings $scaling, Settings $server): void
    {
        if ($this === self::Redis && ! $scaling->enabled) {
            throw InvalidSetting::because(
                $server->name(self::KEY),
                '"redis" is the way to servers that share Redis, and '.$server->name('scaling').'.enabled is false. '
                .'Set REVERB_SCALING_ENABLED to true, here and where the servers run, or REVERB_TRANSPORT to "auto", "socket" or "http".'
            );
        }
    }
}

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

    private const REDIS = 'redis';

    /** The unix socket where it can be had, else HTTP. */
    case Auto = 'auto';

    /** The unix socket, and an error where it cannot be had. */
    case Socket = 'socket';

    /** Never the unix socket. */
    case Http = 'http';

    /**
     * @throws InvalidSetting
     */
    public static function read(Settings $server): self
    {
        $value = $server->value(self::KEY);

        return match (true) {
            $value === null, $value === '' => self::Auto,
            $value === self::REDIS => throw InvalidSetting::because(
                $server->name(self::KEY),
                '"redis" is the way to servers that share Redis ('.$server->name('scaling').'), and this version has no scaling. '
                .'Set REVERB_TRANSPORT to "auto", "socket" or "http".'
            ),
            default => (is_string($value) ? self::tryFrom($value) : null)
                ?? throw InvalidSetting::mustBe($server->name(self::KEY), '"auto", "socket" or "http"', $value),
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
                .'Set REVERB_TRANSPORT to "auto" or "http", or let the server have its socket.'
            );
        }

        return $this === self::Socket || ($socket !== null && $socket->configured);
    }
}

<?php

declare(strict_types=1);

namespace Reverb\Laravel\Config;

use Reverb\Laravel\Exceptions\InvalidSetting;

/**
 * Where the unix socket for publishers of this host is. One that was asked for by name has to be
 * had; the default is a convenience that the server can do without.
 */
final class SocketPath
{
    private const DEFAULT = 'framework/reverb.sock';

    private function __construct(
        public readonly string $path,
        public readonly bool $configured,
    ) {}

    /**
     * @return ?self null when there is to be none
     */
    public static function read(Settings $server, string $storagePath): ?self
    {
        $value = $server->value('socket');

        return match (true) {
            $value === false => null,
            $value === null, $value === '' => new self($storagePath.'/'.self::DEFAULT, false),
            // Relative paths would mean another file in each process: php-fpm and artisan do not
            // share a working directory.
            is_string($value) && str_starts_with($value, '/') => new self($value, true),
            default => throw InvalidSetting::mustBe(
                $server->name('socket'), 'an absolute path, null for the default, or false for none', $value
            ),
        };
    }
}

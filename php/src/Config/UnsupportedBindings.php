<?php

declare(strict_types=1);

namespace Reverb\Laravel\Config;

use Illuminate\Contracts\Container\Container;
use Reverb\Laravel\Exceptions\CannotStart;

/**
 * Parts of laravel/reverb that an application can replace by a binding of its own. Here they are
 * native code, so a replacement would silently do nothing: the server does not start instead.
 */
final class UnsupportedBindings
{
    private const NATIVE = [
        'Laravel\Reverb\Protocols\Pusher\Contracts\ChannelManager',
        'Laravel\Reverb\Protocols\Pusher\Contracts\ChannelConnectionManager',
        'Laravel\Reverb\Protocols\Pusher\EventHandler',
        'Laravel\Reverb\Protocols\Pusher\Server',
        'Laravel\Reverb\Servers\Reverb\Contracts\PubSubIncomingMessageHandler',
        'Laravel\Reverb\Servers\Reverb\Contracts\PubSubProvider',
        'Laravel\Reverb\ServerProviderManager',
    ];

    /**
     * @throws CannotStart
     */
    public static function check(Container $app): void
    {
        foreach (self::NATIVE as $name) {
            if ($app->bound($name)) {
                throw new CannotStart(
                    "The application binds {$name}. The server is native code and cannot use it: remove the binding."
                );
            }
        }
    }
}

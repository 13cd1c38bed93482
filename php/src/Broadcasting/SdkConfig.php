<?php

declare(strict_types=1);

namespace Reverb\Laravel\Broadcasting;

/**
 * What the Pusher SDK is made of. The SDK drops a prefix of the server's routes unless it ends with
 * a slash.
 */
final class SdkConfig
{
    /**
     * @param  array<string, mixed>  $config  a connection of config/broadcasting.php, or an application
     * @param  mixed  $prefix  where the options have none
     * @return array<string, mixed>
     */
    public static function complete(array $config, mixed $prefix = null): array
    {
        $options = is_array($config['options'] ?? null) ? $config['options'] : [];
        $prefix = $options['path'] ?? $prefix;
        $prefix = is_string($prefix) ? trim($prefix, '/') : '';

        return [...$config, 'options' => [...$options, 'path' => $prefix === '' ? '' : "/{$prefix}/"]];
    }
}

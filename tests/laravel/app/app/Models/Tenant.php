<?php

declare(strict_types=1);

namespace App\Models;

use Illuminate\Database\Eloquent\Model;
use Laravel\Reverb\Application;

/**
 * An application of the server in a table.
 *
 * @property string $app_id
 * @property string $key
 * @property string $secret
 * @property list<string> $allowed_origins
 * @property ?int $max_connections
 * @property ?string $trouble
 */
final class Tenant extends Model
{
    public $timestamps = false;

    protected $casts = ['allowed_origins' => 'array', 'max_connections' => 'integer'];

    public function toApplication(): Application
    {
        return new Application(
            $this->app_id,
            $this->key,
            $this->secret,
            pingInterval: 60,
            activityTimeout: 30,
            allowedOrigins: $this->allowed_origins,
            maxMessageSize: 10_000,
            maxConnections: $this->max_connections,
        );
    }
}

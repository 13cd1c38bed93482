<?php

declare(strict_types=1);

namespace App\Models;

use Illuminate\Database\Eloquent\Model;

/**
 * @property string $app_id
 * @property string $key
 * @property string $secret
 */
final class Tenant extends Model
{
    public $timestamps = false;

    protected $guarded = [];
}

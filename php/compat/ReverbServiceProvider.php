<?php

declare(strict_types=1);

namespace Laravel\Reverb;

use Reverb\Laravel\ReverbServiceProvider as NativeProvider;

/**
 * The name by which applications know the package's provider.
 */
class ReverbServiceProvider extends NativeProvider {}

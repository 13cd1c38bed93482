<?php

declare(strict_types=1);

namespace Laravel\Reverb;

use Reverb\Laravel\ApplicationManagerServiceProvider as NativeProvider;

/**
 * The name by which applications know the provider of the application manager.
 */
class ApplicationManagerServiceProvider extends NativeProvider {}

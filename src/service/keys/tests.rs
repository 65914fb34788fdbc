//! Keys: made once, for their owner only, and gone when destroyed.

use std::os::unix::fs::PermissionsExt as _;

use super::*;
use crate::survey::time::Instant;

fn wave(number: u8) -> WaveId {
    WaveId::new(Instant::from_micros(1), [number; 10])
}

#[test]
fn new_keys_are_for_their_owner_only_and_are_never_made_twice() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    let keys = Keys::init(&path).unwrap();
    for name in ["master.key", "log-signing.key"] {
        let mode = std::fs::metadata(path.join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert!(matches!(Keys::init(&path), Err(KeysError::Exists { .. })));
    assert_eq!(Keys::open(&path).unwrap().verifying(), keys.verifying());
}

#[test]
fn missing_and_readable_keys_are_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let missing = Keys::open(folder.path()).err().unwrap();
    assert!(missing.to_string().contains("minyi init"), "{missing}");
    Keys::init(folder.path()).unwrap();
    let file = folder.path().join("master.key");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    let readable = Keys::open(folder.path()).err().unwrap();
    assert!(readable.to_string().contains("chmod 600"), "{readable}");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::write(&file, "not a key").unwrap();
    assert!(matches!(
        Keys::open(folder.path()),
        Err(KeysError::Form { .. })
    ));
}

#[test]
fn a_waves_keys_need_its_own_file() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Keys::init(folder.path()).unwrap();
    let wrapped = keys.make_wave(wave(1)).unwrap();
    let one = keys.wave(wave(1), &wrapped).unwrap();
    let again = Keys::open(folder.path())
        .unwrap()
        .wave(wave(1), &wrapped)
        .unwrap();
    assert_eq!(*one.pepper, *again.pepper);
    assert_ne!(*one.pepper, *one.token);
    keys.make_wave(wave(2)).unwrap();
    assert!(matches!(
        keys.wave(wave(2), &wrapped),
        Err(KeysError::Foreign(_))
    ));
    std::fs::remove_file(keys.wave_path(wave(1)).unwrap()).unwrap();
    assert!(matches!(
        keys.wave(wave(1), &wrapped),
        Err(KeysError::Missing { .. })
    ));
}

#[test]
fn a_days_keys_are_made_once_and_gone_when_destroyed() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Keys::init(folder.path()).unwrap();
    assert!(matches!(
        keys.epoch(wave(1), 3),
        Err(KeysError::Missing { .. })
    ));
    keys.make_wave(wave(1)).unwrap();
    let day = keys.epoch(wave(1), 3).unwrap();
    let again = keys.epoch(wave(1), 3).unwrap();
    assert!(day.record == again.record && day.retry == again.retry);
    assert!(day.record != day.retry);
    keys.destroy_epoch_key(wave(1), 3, EpochKey::Record)
        .unwrap();
    keys.destroy_epoch_key(wave(1), 3, EpochKey::Record)
        .unwrap();
    assert!(matches!(
        keys.epoch(wave(1), 3),
        Err(KeysError::Missing { .. })
    ));
    assert!(keys.epoch_key(wave(1), 3, EpochKey::Retry).unwrap() == day.retry);
    let earlier = keys.epoch(wave(1), 1).unwrap();
    assert!(earlier.record != day.record, "a day that nobody used yet");
}

#[test]
fn two_programs_have_two_folders_and_neither_has_what_is_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let (office, urn) = (folder.path().join("office"), folder.path().join("urn"));
    Keys::init_office(&office).unwrap();
    let again = Keys::init_office(&office);
    assert!(matches!(again, Err(KeysError::Exists { .. })));
    Keys::init_urn(&urn).unwrap();
    assert!(matches!(
        Keys::init_urn(&urn),
        Err(KeysError::Exists { .. })
    ));
    assert!(!urn.join("master.key").exists());
    let differ = Keys::open_apart(Some(&office), Some(&urn));
    assert!(matches!(differ, Err(KeysError::Differ { .. })));
    let signing = |path: &Path| path.join("log-signing.key");
    std::fs::copy(signing(&urn), signing(&office)).unwrap();
    let alone = Keys::open_apart(Some(&office), None).unwrap();
    let wrapped = alone.make_wave(wave(1)).unwrap();
    assert!(matches!(
        alone.epoch(wave(1), 0),
        Err(KeysError::Elsewhere("urn"))
    ));
    assert!(
        office
            .join("waves")
            .join(format!("{}.key", wave(1)))
            .exists()
    );
    assert!(!office.join("waves").join(wave(1).to_string()).exists());
    let both = Keys::open_apart(Some(&office), Some(&urn)).unwrap();
    both.make_days_apart(wave(1)).unwrap();
    let day = both.epoch(wave(1), 2).unwrap();
    let collector = Keys::open_apart(None, Some(&urn)).unwrap();
    assert!(collector.epoch(wave(1), 2).unwrap().record == day.record);
    assert!(matches!(
        collector.wave(wave(1), &wrapped),
        Err(KeysError::Elsewhere("office"))
    ));
    assert_eq!(collector.resends(wave(1)), both.resends(wave(1)));
    assert_ne!(collector.resends(wave(1)), both.resends(wave(2)));
    assert_eq!(both.verifying(), collector.verifying());
    assert_eq!(both.verifying(), alone.verifying());
    // In one folder nothing is made later than the draw.
    let one = Keys::open(&office).unwrap();
    one.make_days_apart(wave(1)).unwrap();
    assert!(one.epoch(wave(1), 0).is_err());
}

#[test]
fn nodes_with_copies_of_a_waves_files_make_the_same_keys_and_forget_them_alike() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let keys = Keys::init(one.path()).unwrap();
    let wrapped = keys.make_wave(wave(1)).unwrap();
    let copied = std::process::Command::new("cp")
        .args(["-a", "-T"])
        .args([one.path(), other.path()])
        .status();
    assert!(copied.unwrap().success());
    let copy = Keys::open(other.path()).unwrap();
    let token = |keys: &Keys| keys.wave(wave(1), &wrapped).unwrap().token;
    assert_eq!(token(&keys), token(&copy));
    let days: Vec<EpochKeys> = [0, 4].map(|day| keys.epoch(wave(1), day).unwrap()).into();
    assert!(copy.epoch(wave(1), 4).unwrap().record == days[1].record);
    assert!(copy.epoch(wave(1), 0).unwrap().retry == days[0].retry);
    // A node that was idle forgets a day that it never used.
    copy.destroy_epoch_key(wave(1), 7, EpochKey::Record)
        .unwrap();
    assert!(copy.epoch_key(wave(1), 7, EpochKey::Record).is_err());
    let day = keys.epoch(wave(1), 7).unwrap();
    assert!(copy.epoch_key(wave(1), 7, EpochKey::Retry).unwrap() == day.retry);
    let left = std::fs::read_to_string(copy.days_path(wave(1)).unwrap()).unwrap();
    assert!(left.starts_with("8 "), "what is left makes later days only");
}
